import asyncio
import time


def slow_answer(question):
    time.sleep(0.5)
    return question.upper()


async def handler(connection):
    async for question in connection:
        answer = await asyncio.to_thread(slow_answer, question)
        await connection.send(answer)
