// SPDX-License-Identifier: MIT
// What people do, by keyboard where the design says so.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openBrowser, openPage, settled } from './open.mjs';

describe('journeys', { concurrency: 3 }, () => {
    let it;
    before(async () => {
        it = await openBrowser();
    });
    after(() => it.close());

    const visit = async (path, options) => {
        const opened = await openPage(it.browser, options);
        await opened.page.goto(it.base + path);
        await settled(opened.page);
        return opened;
    };
    const focused = (page) =>
        page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.id);

    test('start, edit, drill down, stop without a pointer', async () => {
        const { page, problems, context } = await visit('/live/');
        await context.addCookies([{ name: 'live', value: 'keys', url: it.base }]);
        await page.reload();
        await settled(page);
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'users');
        await page.keyboard.press('Control+A');
        await page.keyboard.type('12,000');
        assert.match(await page.textContent('.go .btn'), /Start 12,000\susers/);
        await page.keyboard.press('Enter');
        await page.waitForSelector('.answers');
        await page.waitForFunction(() => /Running/.test(document.querySelector('.pill')?.textContent ?? ''));
        await page.keyboard.press('e');
        await page.waitForSelector('.pop');
        await page.keyboard.press('Control+A');
        await page.keyboard.type('18000');
        assert.match(await page.textContent('.pop'), /12,000 → 18,000\susers/);
        await page.keyboard.press('Control+Enter');
        await page.waitForSelector('.pop', { state: 'detached' });
        await page.waitForFunction(() => /18,000/.test(document.querySelector('.meters')?.textContent ?? ''));
        await page.keyboard.press('j');
        await page.keyboard.press('j');
        const name = await focused(page);
        await page.keyboard.press('Enter');
        await page.waitForFunction((n) => document.querySelector('h1')?.textContent?.includes(n), name);
        assert.ok(new URL(page.url()).searchParams.get('request').includes(name));
        await page.keyboard.press('k');
        await page.waitForFunction((n) => !document.querySelector('h1')?.textContent?.includes(n), name);
        await page.keyboard.press('Escape');
        await page.waitForSelector('.answers');
        await page.keyboard.press('x');
        await page.waitForSelector('.pop');
        assert.match(await focused(page), /Stop now/);
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => /Stopped/.test(document.querySelector('.pill')?.textContent ?? ''), null, {
            timeout: 8000,
        });
        assert.ok(await page.isVisible('text=New test'));
        assert.deepEqual(problems, []);
        await context.close();
    });

    test('a bad value stays, with its error under the field and the focus on it', async () => {
        const { page, context } = await visit('/ready/');
        await page.fill('#users', 'many');
        await page.fill('#time', '5 fortnights');
        await page.press('#time', 'Enter');
        await page.waitForTimeout(100);
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'users');
        assert.match(await page.textContent('#users-hint'), /whole number/);
        assert.equal(await page.inputValue('#time'), '5 fortnights');
        await context.close();
    });

    test('the stop timeout is read, shown and sent', async () => {
        const { page, context } = await visit('/ready/');
        assert.match(await page.textContent('.fold'), /stop timeout 30\ss/);
        await page.click('.fold');
        await page.fill('#grace', 'a while');
        await page.press('#grace', 'Enter');
        assert.match(await page.textContent('#grace-hint'), /Type a time/);
        await page.waitForFunction(() => document.activeElement?.id === 'grace');
        await page.fill('#grace', '1m30');
        assert.match(await page.textContent('#grace-hint'), /Type a time/);
        await page.fill('#grace', '1m30s');
        assert.match(await page.textContent('#grace-hint'), /up to 1\sm\s30\ss/);
        assert.match(await page.textContent('.cmd'), /-s 1m30s/);
        const [request] = await Promise.all([
            page.waitForRequest((r) => r.url().endsWith('/swarm')),
            page.press('#grace', 'Enter'),
        ]);
        assert.equal(new URLSearchParams(request.postData()).get('stop_timeout'), '1m30s');
        await context.close();
    });

    test('p pauses, r resumes; a refusal hangs from the button', async () => {
        const { page, problems, context } = await visit('/live/');
        await context.addCookies([{ name: 'live', value: 'pause', url: it.base }]);
        await page.reload();
        await page.fill('#users', '500');
        await page.press('#users', 'Enter');
        await page.waitForSelector('.pill:has-text("Running")');
        await page.keyboard.press('p');
        await page.waitForSelector('.pill:has-text("Paused")');
        assert.match(
            await page.textContent('.banner'),
            /Paused at \d\d:\d\d\. No new tasks start; the run still ends at/,
        );
        await page.waitForSelector('.top .btn:has-text("Resume")');
        await page.keyboard.press('r');
        await page.waitForSelector('.pill:has-text("Running")');
        await page.click('.top .btn:has-text("Pause")');
        await page.click('.banner button:has-text("Resume")');
        await page.waitForSelector('.pill:has-text("Running")');
        assert.deepEqual(problems, []);
        await page.route('**/pause', (r) =>
            r.fulfill({ status: 409, json: { success: false, message: 'Worker gen1 can’t pause' } }),
        );
        await page.keyboard.press('p');
        await page.waitForSelector('.pop:has-text("Worker gen1 can’t pause")');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.pop', { state: 'detached' });
        assert.match(await focused(page), /Pause/);
        await context.close();
    });

    test('stop now and finish first, with the time it takes', async () => {
        const { page, context } = await visit('/running/');
        const asked = async (text) => {
            await page.keyboard.press('x');
            const [request] = await Promise.all([
                page.waitForRequest((r) => r.url().endsWith('/stop')),
                page.click(`.pop button:has-text("${text}")`),
            ]);
            await page.waitForSelector('.pop', { state: 'detached' });
            return request.postData();
        };
        assert.equal(await asked('Stop now'), 'timeout=0');
        assert.equal(await asked('Finish tasks first'), 'timeout=30s');
        await page.goto(it.base + '/stopping/');
        const [request] = await Promise.all([
            page.waitForRequest((r) => r.url().endsWith('/stop')),
            page.click('.banner button:has-text("Stop them now")'),
        ]);
        assert.equal(request.postData(), 'timeout=0');
        await context.close();
    });

    test('the task mix names what is off its plan', async () => {
        const { page, context } = await visit('/running/?tab=ratios');
        await page.waitForSelector('.crumb:has-text("Member › log_in is 6.2 points above its plan")');
        await page.waitForSelector('.mix b.warn:has-text("16.2")');
        await context.close();
    });

    test('the address holds filter, order and window; a reload shows the same', async () => {
        const { page, context } = await visit('/running/');
        await page.keyboard.press('/');
        await page.keyboard.type('api -cart');
        await page.click('th button:has-text("p99")');
        await page.click('text=Whole run');
        const q = new URL(page.url()).searchParams;
        assert.deepEqual([q.get('q'), q.get('sort'), q.get('w')], ['api -cart', 'p99-', 'run']);
        const rows = () => page.$$eval('tr.pick td.name', (l) => l.map((x) => x.textContent));
        const seen = await rows();
        assert.ok(seen.length > 3 && seen.every((n) => n.includes('api') && !n.includes('cart')));
        await page.reload();
        await settled(page);
        assert.deepEqual(await rows(), seen);
        assert.equal(await page.getAttribute('th[aria-sort]', 'aria-sort'), 'descending');
        await context.close();
    });

    test('drag zooms, tables stay live, l goes back', async () => {
        const { page, context } = await visit('/running/');
        const b = await page.locator('.lanes .u-over').first().boundingBox();
        await page.mouse.move(b.x + b.width * 0.6, b.y + 30);
        await page.mouse.down();
        await page.mouse.move(b.x + b.width * 0.8, b.y + 30, { steps: 5 });
        await page.mouse.up();
        await page.waitForSelector('text=Back to live');
        const q = new URL(page.url()).searchParams;
        assert.ok(Math.abs(Number(q.get('to')) - Number(q.get('from')) - 1122 * 0.2) < 20);
        await page.mouse.move(5, 300);
        await page.keyboard.press('l');
        await page.waitForSelector('text=Back to live', { state: 'detached' });
        await context.close();
    });

    test('the cursor reads all lanes, by pointer and by arrow keys', async () => {
        const { page, context } = await visit('/running/');
        const values = () => page.$$eval('.lane-value b', (l) => l.map((x) => x.textContent).join());
        const now = await values();
        await page.focus('.lanes');
        await page.keyboard.press('ArrowLeft');
        await page.keyboard.press('Shift+ArrowLeft');
        await page.waitForSelector('.tl-chip:not([hidden])');
        assert.match(await page.textContent('.tl-chip'), /^\d\d:\d\d:\d\d$/);
        assert.notEqual(await values(), now);
        await context.close();
    });

    test('500 names: only rows in view are in the page, scrolling brings the rest', async () => {
        const { page, context } = await visit('/rows/');
        const rows = () => page.$$eval('tr.pick', (l) => l.map((x) => x.getAttribute('data-row')));
        const first = await rows();
        assert.ok(first.length < 80, `${first.length} rows`);
        await page.evaluate(() => scrollTo(0, 9000));
        await page.waitForTimeout(300);
        const later = await rows();
        assert.ok(later.length < 80 && later[10] !== first[10]);
        await context.close();
    });

    test('names with ids are grouped, a group leads to its names', async () => {
        const { page, context } = await visit('/rows/');
        await page.click('.banner button:has-text("Group names")');
        await page.waitForSelector('.foot:has-text("500 names in")');
        assert.equal(new URL(page.url()).searchParams.get('group'), 'ids');
        assert.equal(await page.locator('.banner button').count(), 0);
        const row = page.locator('tr.pick:has-text("/api/products/[id]")');
        const names = Number(/(\d+)\snames/.exec(await row.textContent())[1]);
        await page.reload();
        await page.waitForSelector('.foot:has-text("500 names in")');
        await row.locator('a').click();
        await page.waitForSelector(`.foot:has-text("${names} of 500")`);
        assert.equal(new URL(page.url()).searchParams.get('group'), null);
        await context.close();
    });

    test('response times as lines or as a heat map, by the address', async () => {
        const { page, context } = await visit('/few/');
        await page.click('.tools button:has-text("Heat map")');
        await page.waitForSelector('.timeline:has-text("37\u00a0requests so far")');
        assert.equal(new URL(page.url()).searchParams.get('as'), 'heat');
        await page.click('tr.pick a');
        await page.waitForSelector('.timeline:has-text("30\u00a0requests so far")'); // its own page begins with the map
        await page.goto(it.base + '/running/?as=heat');
        await page.waitForSelector('.scale:has-text("requests per cell of")');
        await page.click('.tools button:has-text("Lines")');
        await page.waitForSelector('.scale', { state: 'detached' });
        assert.equal(new URL(page.url()).searchParams.get('as'), null);
        await context.close();
    });

    test('without the stream the page polls', async () => {
        const { page, context } = await openPage(it.browser);
        let polls = 0;
        await page.route('**/events', (r) => r.abort());
        page.on('request', (r) => {
            if (r.url().endsWith('/stats/requests')) polls++;
        });
        await page.goto(it.base + '/running/');
        await page.waitForTimeout(6500);
        assert.ok(polls >= 1 && polls <= 4, `${polls} polls`);
        assert.match(await page.textContent('.pill'), /Running/);
        await context.close();
    });

    test('contact lost and found again', async () => {
        const { page, context } = await openPage(it.browser);
        let down = false;
        await page.route('**/stats/requests', (r) => (down ? r.abort() : r.continue()));
        await page.route('**/events', (r) => r.abort());
        await page.goto(it.base + '/running/');
        await settled(page);
        down = true;
        await page.waitForSelector('text=No contact with the control room', { timeout: 12_000 });
        assert.match(await page.textContent('.answers'), /Unknown/);
        assert.match(await page.title(), /No contact/);
        down = false;
        await page.click('text=Try now');
        await page.waitForSelector('.banner', { state: 'detached' });
        await context.close();
    });

    test('theme: the system’s, then the user’s, kept', async () => {
        const { page, context } = await visit('/running/', { theme: 'light' });
        const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
        assert.equal(await theme(), 'light');
        await page.keyboard.press('t');
        assert.equal(await theme(), 'dark');
        await page.reload();
        assert.equal(await theme(), 'dark');
        await context.close();
    });

    test('focus goes back to the opener; Esc closes', async () => {
        const { page, context } = await visit('/running/');
        await page.click('button:has-text("Edit load")');
        await page.waitForSelector('.pop');
        await page.keyboard.press('Escape');
        await page.waitForSelector('.pop', { state: 'detached' });
        assert.match(await focused(page), /Edit load/);
        await context.close();
    });

    test('keys can be switched off', async () => {
        const { page, context } = await visit('/running/');
        await page.keyboard.press('?');
        await page.click('text=Use these keys');
        await page.keyboard.press('Escape');
        await page.keyboard.press('x');
        await page.waitForTimeout(150);
        assert.equal(await page.locator('.pop').count(), 0);
        await context.close();
    });

    test('login keeps where one wanted to go', async () => {
        const { page, context } = await visit('/login/login?next=%3Ftab%3Dfailures');
        assert.match(await page.getAttribute('form', 'action'), /next=%3Ftab%3Dfailures/);
        assert.equal(await page.evaluate(() => document.activeElement?.id), 'username');
        await context.close();
    });

    test('nothing is asked of any other host', async () => {
        const { page, context } = await openPage(it.browser);
        const hosts = new Set();
        page.on('request', (r) => hosts.add(new URL(r.url()).host));
        for (const path of [
            '/running/',
            '/running/?tab=stats&request=POST /api/checkout',
            '/running/?tab=failures',
            '/ready/',
        ]) {
            await page.goto(it.base + path);
            await settled(page);
        }
        assert.deepEqual([...hosts], [new URL(it.base).host]);
        await context.close();
    });
});

// Alone, for it measures.
test('one update with 500 names costs few milliseconds of script', async (t) => {
    const it = await openBrowser();
    const { page, context } = await openPage(it.browser);
    await page.goto(it.base + '/rows/');
    await settled(page);
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable');
    const spent = async () =>
        Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]))
            .ScriptDuration;
    await page.waitForTimeout(1500); // the lines of the rows in view are fetched first
    await settled(page);
    const before = await spent();
    await page.waitForTimeout(5000);
    const each = ((await spent()) - before) * 200;
    t.diagnostic(`${each.toFixed(1)} ms of script per update`);
    assert.ok(each < 40, `${each} ms`); // 16 on an idle machine
    await context.close();
    await it.close();
});
