// axe-core over every theme, scheme and state, from the shop's page through the frame into the form. What
// axe could not decide about contrast counts as a mistake too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';

import { Pages } from './page.mjs';
import { launch } from './shopper.mjs';
import { GROUND, SCHEMES, STATE_NAMES, THEMES, dress, isFramed, standing } from './states.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * The line that runs along the button's lower edge is a pseudo element as wide as the button, and 3 px high: no
 * word stands on it, so that it decides nothing about contrast.
 */
const SETTINGS = `axe.configure({
  allowedOrigins: ['<unsafe_all_origins>'],
  checks: [{ id: 'color-contrast', options: { ...axe._audit.checks['color-contrast'].options, pseudoSizeThreshold: 2 } }],
})`;

/** What a bank's page is like is the bank's affair: there axe only answers that it is there. */
const ABSENT = `axe.configure({ allowedOrigins: ['<unsafe_all_origins>'], disableOtherRules: true, rules: [] })`;

/** Puts axe into all documents; they speak to each other across origins. */
async function bring({ page, demo }) {
  for (const frame of page.frames()) {
    await frame.evaluate(`${AXE}; ${frame.url().startsWith(demo.json.gateway_url) ? ABSENT : SETTINGS}; 0`);
  }
}

/**
 * The form has no ground of its own: what shows through is the page's, which axe can't see from inside. Not as the
 * root's own style, which the form writes anew whenever it hears of its looks.
 */
async function ground(shopper, colour) {
  await shopper.form.locator(':root').evaluate((root, colour) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:root { background: ${colour} !important }`);
    document.adoptedStyleSheets = [sheet];
  }, colour);
}

/** What axe finds wrong, one line each. */
async function mistakes(page) {
  const { violations, incomplete, passes } = await page.evaluate(() => axe.run(document, { pingWaitTime: 10_000, resultTypes: ['violations', 'incomplete', 'passes'] }));
  const wrong = [...violations, ...incomplete.filter(({ id }) => id.startsWith('color-contrast'))];
  const lines = wrong.flatMap(({ id, nodes }) => nodes.map(({ target, html, failureSummary }) => `${id}: ${JSON.stringify(target)} ${html.slice(0, 120)} ${failureSummary?.replaceAll(/\s+/g, ' ').slice(0, 200)}`));
  return { lines, inside: passes.some(({ nodes }) => nodes.some(({ target }) => target.length > 1)), rules: passes.length };
}

describe('axe finds nothing wrong', () => {
  let browser, pages, runs = 0, rules = 0;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start({ args: ['--limits', 'off'] })]); });
  after(async () => {
    console.log(`axe ran ${runs} times, and ${rules} rules held`);
    await browser?.close();
    await pages?.stop();
  });

  for (const state of STATE_NAMES) {
    it(`in the state "${state}", in every theme, light and dark`, async () => {
      const shopper = await standing(browser, pages, state);
      await bring(shopper);
      const wrong = new Map();
      for (const theme of isFramed(state) ? THEMES : ['default']) {
        for (const scheme of SCHEMES) {
          if (isFramed(state)) {
            await dress(shopper, { theme, scheme });
            await ground(shopper, GROUND[scheme]);
          }
          const found = await mistakes(shopper.page);
          if (isFramed(state)) assert.ok(found.inside, 'axe looked into the frame');
          for (const line of found.lines) wrong.set(line, [...(wrong.get(line) || []), `${theme} ${scheme}`]);
          runs += 1;
          rules += found.rules;
        }
      }
      assert.ok(wrong.size === 0, [...wrong].map(([line, looks]) => `\n${line}\n  in ${looks.join(', ')}`).join(''));
      await shopper.leave();
    });
  }

  it('and a form without labels would be found', async () => {
    const shopper = await standing(browser, pages, 'idle');
    await shopper.form.locator('#number').evaluate((input) => {
      input.placeholder = '';
      document.querySelector('label[for=number]').remove();
    });
    await bring(shopper);
    const { lines } = await mistakes(shopper.page);
    assert.ok(lines.some((line) => line.startsWith('label:')), lines.join('\n'));
    await shopper.leave();
  });
});
