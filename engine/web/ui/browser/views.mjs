// SPDX-License-Identifier: MIT
// Every page, and every state of the frame.
const wait = (ms) => (page) => page.waitForTimeout(ms);

export const VIEWS = [
    { name: 'overview', path: '/running/' },
    {
        name: 'overview-cursor',
        path: '/running/',
        act: async (page) => {
            const b = await page.locator('.lanes').boundingBox();
            await page.mouse.move(b.x + b.width * 0.65, b.y + 100);
            await page.waitForTimeout(200);
        },
    },
    { name: 'overview-heat', path: '/running/?as=heat' },
    { name: 'overview-few', path: '/few/?as=heat' },
    { name: 'request', path: '/running/?tab=stats&request=POST /api/checkout', full: true },
    { name: 'request-lines', path: '/running/?tab=stats&request=POST /api/checkout&as=lines' },
    { name: 'failures', path: '/running/?tab=failures' },
    { name: 'exceptions', path: '/running/?tab=exceptions' },
    { name: 'workers', path: '/running/?tab=workers' },
    { name: 'workers-many', path: '/many/?tab=workers' },
    { name: 'ratios', path: '/running/?tab=ratios' },
    { name: 'logs', path: '/running/?tab=logViewer' },
    { name: 'export', path: '/running/?tab=reports' },
    { name: 'about', path: '/running/?tab=about' },
    { name: 'help', path: '/running/', act: (page) => page.keyboard.press('?') },
    { name: 'more', path: '/running/', act: (page) => page.click('[aria-label="More"]') },
    {
        name: 'edit',
        path: '/running/',
        act: async (page) => {
            await page.keyboard.press('e');
            await page.waitForTimeout(200);
        },
    },
    {
        name: 'stop',
        path: '/running/',
        act: async (page) => {
            await page.keyboard.press('x');
            await page.waitForTimeout(200);
        },
    },
    { name: 'login', path: '/login/login?error=Wrong name or password&next=%3Ftab%3Dfailures' },
    { name: 'start', path: '/ready/', full: true },
    {
        name: 'start-more',
        path: '/ready/',
        full: true,
        act: (page) => page.click('.fold'),
    },
    { name: 'noworker', path: '/noworker/', full: true },
    {
        name: 'refused',
        path: '/refused/',
        full: true,
        act: async (page) => {
            await page.click('.go .btn.primary');
            await page.waitForTimeout(300);
        },
        allow: /400/,
    },
    { name: 'spawning', path: '/spawning/' },
    { name: 'empty', path: '/empty/' },
    { name: 'paused', path: '/paused/' },
    { name: 'stopping', path: '/stopping/' },
    { name: 'stopped', path: '/stopped/' },
    { name: 'lost', path: '/lost/' },
    { name: 'overloaded', path: '/overloaded/' },
    { name: 'workers-overloaded', path: '/overloaded/?tab=workers' },
    { name: 'nodata', path: '/nodata/' },
    {
        name: 'offline',
        path: '/offline/',
        act: (page) => page.waitForSelector('.banner.bad'),
        allow: /ERR_|Failed to load|net::/,
    },
    { name: 'rows', path: '/rows/' },
    { name: 'rows-grouped', path: '/rows/?group=ids' },
    { name: 'ended', path: '/ended/' },
    { name: 'ready-failures', path: '/ready/?tab=failures' },
    { name: 'hostile', path: '/hostile/' },
    { name: 'hostile-failures', path: '/hostile/?tab=failures' },
    { name: 'hostile-workers', path: '/hostile/?tab=workers' },
    { name: 'plain-locust', path: '/plain/', act: wait(1500), allow: /404/ },
    { name: 'filtered', path: '/running/?q=chekout' },
];
