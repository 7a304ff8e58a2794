import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PATIENCE, inBrowser, skip } from './browser.js';
import { packed, vectors } from './vectors.js';

/** @param {any} page */
const ready = (page) =>
  page.waitForFunction(
    () =>
      document.getElementById('status')?.textContent === 'Ready.' &&
      document.getElementById('about')?.matches(':enabled'),
  );
/** @param {any} page */
const answered = (page) => page.waitForFunction(() => document.getElementById('copy')?.matches(':enabled'));

test('a text is translated while it is typed, then without a network', { skip, timeout: 5 * PATIENCE }, async () => {
  await inBrowser(async (page, { context, server, errors }) => {
    await page.goto(server.url);
    await ready(page);
    const first = await page.locator('#model').inputValue();
    const { head, lines } = vectors(first);
    assert.equal(head.task, 'translation');
    const line = lines.find(({ unsure, answers }) => !unsure.includes('answers') && answers[0].text);
    await page.locator('#source').pressSequentially(line.text, { delay: 20 });
    await answered(page);
    await page.waitForFunction(
      (/** @type {string} */ text) => document.getElementById('answer')?.textContent === text,
      line.answers[0].text,
    );
    assert.match(await page.locator('#facts').textContent(), /\d+ ms$/);
    assert.deepEqual(errors, []);
    const hosts = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin),
    );
    assert.deepEqual([...new Set(hosts)], [new URL(server.url).origin]);

    await page.click('#about');
    assert.match(await page.locator('#sheet-card').textContent(), /Lite Transformer/);
    await page.keyboard.press('Escape');

    server.close();
    await context.setOffline(true);
    await page.reload();
    await ready(page);
    await page.fill('#source', line.text);
    await answered(page);
    assert.equal(await page.locator('#answer').textContent(), line.answers[0].text);
    assert.deepEqual(errors, []);
  });
});

test('a damaged file is refused in a sentence, with details behind it', { skip, timeout: 5 * PATIENCE }, async () => {
  await inBrowser(async (page, { server }) => {
    await page.goto(server.url);
    await ready(page);
    const damaged = packed('phrases-en-fr').slice(0, 50_000);
    await page.setInputFiles('#file', {
      name: 'damaged.ltpk',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(damaged),
    });
    await page.waitForSelector('#error:not([hidden])');
    assert.equal(await page.locator('#error-summary').textContent(), 'This did not work.');
    assert.match(await page.locator('#error-details').textContent(), /the download is damaged, fetch it again/);
  });
});
