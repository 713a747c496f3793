"""A JupyterLab in Chinese: what Python says is in the page's language too."""

from __future__ import annotations

from playwright.async_api import expect

THEATRE = """from chatlib.widgets import StateTheatre
theatre = StateTheatre()
await theatre.connect()
await theatre.client_sends("hi")
await theatre.server_closes(1001, "bye")
theatre"""
WIRE = """from chatlib.widgets import WireView
WireView.of_bytes(bytes.fromhex("8102 6869"), bytes.fromhex("8882 37fa213d 3412"))"""
QUIZ = """from chatlib.exercises import nb02 as check
from chatlib.widgets import Question, Quiz
Quiz([Question(*question) for question in check.QUIZ])"""
VERDICT = "await check.ex3(['5'], [])"


async def test_what_python_says_follows_the_page(lab, browser):
    """Widgets pick for themselves; what is printed is in the language of the page that was heard last."""
    cells = THEATRE, WIRE, QUIZ, VERDICT, "chatlib.doctor()"
    async with lab.notebook(browser, lab.write("import chatlib", *cells)) as notebook:
        language = await notebook.page.evaluate("document.documentElement.lang")
        await notebook.page.evaluate("document.documentElement.lang = 'zh-CN'")  # as the Lab's language pack does
        await notebook.run_all()
        theatre = await notebook.output(1)
        await expect(theatre).to_contain_text("离开：服务器停止，或页面被关掉")
        await expect(theatre).to_contain_text("发出了关闭帧")
        wire = await notebook.output(2)
        await expect(wire).to_contain_text("客户端要给它发送的内容加掩码")
        quiz = await notebook.output(3)
        await expect(quiz).to_contain_text("可以发送了吗？")
        await quiz.get_by_role("button", name="可以，立刻").click()
        await expect(quiz).to_contain_text("readyState 是 0，send 会抛出 InvalidStateError。")

        await notebook.run_cell(4)
        await expect(await notebook.output(4)).to_contain_text("还没解决：问题是 '5'")
        await notebook.run_cell(5)
        await expect(await notebook.output(5)).to_contain_text("我们服务器的端口号空闲吗？")
        await notebook.page.evaluate("language => document.documentElement.lang = language", language)
