/** Chromium for the tests; `CHROMIUM` names another one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../tools/server.js';
import { PAGE } from './vectors.js';

const KNOWN = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = process.env.CHROMIUM ?? KNOWN.find((path) => existsSync(path));

/** What the runtime writes to its standard error, where nothing is wrong. */
const RUNTIME_LINES = /^(INFO|WARNING): |^Created TensorFlow Lite XNNPACK delegate/;

/** Why the tests in a browser cannot run; false when they can. */
export const skip = executablePath
  ? existsSync(join(PAGE, 'vendor')) && existsSync(join(PAGE, 'node_modules/playwright-core'))
    ? false
    : 'the page is not set up: make web, or npm ci && node tools/setup.js'
  : `no Chromium: apt-get install chromium, or CHROMIUM=... (looked for ${KNOWN.join(', ')})`;

/** Time for one step on a busy machine. */
export const PATIENCE = 600_000;

/**
 * Runs a test with a page of its own, served as by any static file server.
 *
 * @param {(page: any, tools: {context: any, server: Awaited<ReturnType<typeof serve>>, errors: string[]}) =>
 * Promise<void>} body `errors`: what the page did not expect
 */
export async function inBrowser(body) {
  const { chromium } = await import('playwright-core');
  const server = await serve(PAGE);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: PATIENCE });
  try {
    const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.setDefaultNavigationTimeout(PATIENCE);
    /** @type {string[]} */
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !RUNTIME_LINES.test(message.text())) errors.push(message.text());
    });
    await body(page, { context, server, errors });
  } finally {
    await browser.close();
    server.close();
  }
}
