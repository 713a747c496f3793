"""BufferGauges as learners use it, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

from tests.support.accessibility import serious

IMPORTS = "from chatlib.widgets.buffer_gauges import BufferGauges"
GAUGES = "gauges = BufferGauges()\ngauges"


async def test_a_page_is_frozen_and_everything_is_seen_to_wait(lab, browser):
    """Naive, the loop stands; broadcast, the server's memory fills; disconnected and back; stopped; a dead kernel."""
    async with lab.notebook(browser, lab.write(IMPORTS, GAUGES)) as notebook:
        await notebook.run_all()
        gauges = await notebook.output(1)
        status = gauges.get_by_role("status")
        send = gauges.get_by_role("button", name="Send 1,000 messages")
        policy = gauges.get_by_role("combobox", name="The server")
        reads = gauges.get_by_role("combobox", name="Bo reads")
        ada, bo = (gauges.get_by_role("row", name=name) for name in ("Ada", "Bo"))
        await expect(status).to_have_text("Nothing is being sent.")
        assert await serious(notebook.page, ".chatlib-gauges") == []  # and axe is there, for what is shown for a moment

        await reads.select_option("nothing: frozen")
        await send.click()
        await expect(status).to_have_text("The loop waits in its send() to Bo.")
        await expect(ada.get_by_role("cell").nth(1)).to_have_text("0 kB")
        stood = await notebook.value("gauges.sent")
        assert 0 < stood < 1000
        await expect(gauges.get_by_text(f"{stood} messages sent, {1000 - stood} left.")).to_be_visible()

        await policy.select_option("broadcast")
        await expect(gauges.get_by_text("1,000 messages sent, 0 left.")).to_be_visible(timeout=20_000)
        await expect(status).to_have_text("Nothing is being sent.")
        memory = await notebook.value("gauges.memory")
        shown = f"{memory / 1000:,.0f} kB"
        await expect(bo.get_by_role("cell").nth(1)).to_have_text(shown)
        await expect(gauges.get_by_text(f"The server’s memory holds {shown}.")).to_be_visible()

        await policy.select_option("disconnect")
        await send.click()
        await expect(bo).to_contain_text("disconnected, and does not know it yet")
        await reads.select_option("as fast as it can")
        await expect(bo).to_contain_text("its connection closed with 1006")
        assert await serious(notebook.page, ".chatlib-gauges", rules=["label-content-name-mismatch"]) == []
        await gauges.get_by_role("button", name="Connect again as Bo").click()
        await expect(bo).not_to_contain_text("1006")
        await gauges.get_by_role("button", name="Stop sending").click()
        await expect(status).to_have_text("Nothing is being sent.")
        await expect(send).to_be_focused()

        await notebook.value("gauges.stop()")
        await expect(status).to_have_text("Stopped.")
        await expect(send).to_be_disabled()
        await gauges.get_by_role("button", name="Start again").click()
        await expect(gauges.get_by_text("0 messages sent, 0 left.")).to_be_visible()
        await expect(send).to_be_focused()

        await notebook.restart_kernel()
        await expect(status).to_have_text("The kernel is gone. Run the cell again.")
        for control in await gauges.locator("button:visible, select").all():
            await expect(control).to_be_disabled()
        assert await notebook.errors() == []
