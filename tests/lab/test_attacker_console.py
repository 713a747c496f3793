"""AttackerConsole as learners use it, in a real JupyterLab."""

from __future__ import annotations

from playwright.async_api import expect

CONSOLE = "from chatlib.widgets import AttackerConsole\nconsole = AttackerConsole()\nconsole"


async def test_a_learner_attacks_defends_and_opens_the_evil_page_in_the_same_browser(lab, browser):
    """By keyboard; then in tabs of this very browser, whose visit the console shows; stopped, it begins anew."""
    async with lab.notebook(browser, lab.write(CONSOLE)) as notebook:
        await notebook.run_all()
        console = await notebook.output(0)
        status = console.get_by_role("status")
        hijack = console.get_by_role("button", name="Hijack with the cookie")
        await expect(hijack).to_be_enabled()
        await hijack.press("Enter")
        await expect(status).to_contain_text("it is logged in as Ada")
        await expect(hijack).to_be_focused()
        await console.get_by_role("button", name="Look at Origin").press("Enter")
        await expect(console.get_by_role("button", name="Look at Origin")).to_have_attribute("aria-pressed", "true")
        await hijack.press("Enter")
        await expect(status).to_contain_text("403")
        assert await notebook.value("[str(each.stopped_by) for each in console.outcomes]") == ["None", "origin"]

        for link, found in (("Log in as Ada in a tab", "You are logged in"), ("Open it in a tab", "You have won!")):
            async with notebook.page.context.expect_page() as opened:
                await console.get_by_role("link", name=link).click()
            tab = await opened.value
            await expect(tab.get_by_text(found).first).to_be_visible()
        await tab.get_by_role("button", name="Hijack with the cookie").click()
        await expect(tab.locator("#log")).to_contain_text("close 1006")
        visits = console.get_by_role("list", name="A real browser came")
        await expect(visits).to_contain_text("403 Forbidden")
        await expect(visits).to_contain_text("Cookie: chatlib_victim=")
        await expect(visits).not_to_contain_text("_xsrf")

        await notebook.run("console.stop()")
        await expect(console.get_by_role("alert")).to_contain_text("This console is stopped")
        await console.get_by_role("button", name="Start again").press("Enter")
        await expect(console.get_by_role("alert")).to_be_hidden()
        await expect(console.get_by_text("got through")).to_have_count(0)
        await hijack.press("Enter")
        await expect(status).to_contain_text("403")
        assert await notebook.errors() == []
