// `npm run pictures`: makes the pictures of the README. They show the job summary and the log of a run against the
// emulator, with GitHub's stylesheet. A headless Chromium must be installed. Also writes the texts of the pictures.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { normalizeTexts, runPictureScenario } from './picture-scenario.js'

const IMAGES = path.join(import.meta.dirname, '../docs/images')
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome']
const WIDTH_PX = 900
/** After how long a browser that hangs is killed. */
const TIMEOUT_MS = 60_000

const require = createRequire(import.meta.url)
const style = readFileSync(require.resolve('github-markdown-css/github-markdown.css'), 'utf8')

/** Finds an installed browser. @throws Error if there is none */
function findBrowser(): string {
  for (const name of BROWSERS) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' })
      return name
    } catch {
      // Perhaps the next one is installed.
    }
  }
  throw new Error(`None of ${BROWSERS.join(', ')} is installed.`)
}

/**
 * Renders an HTML page in one theme. GitHub's stylesheet has media queries for the theme that the browser prefers. Here,
 * those of this theme always match, and those of the other one never do.
 */
const renderPage = (
  body: string,
  theme: 'light' | 'dark',
): string => `<!doctype html><html data-theme="${theme}"><meta charset="utf-8">
<style>${style.replaceAll(`@media (prefers-color-scheme: ${theme})`, '@media all').replaceAll(/@media \(prefers-color-scheme: (light|dark)\)/g, '@media not all')}
body { margin: 0; padding: 24px; background: ${theme === 'dark' ? '#0d1117' : '#ffffff'}; }
pre.log { font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; word-break: break-word; margin: 0; color: #c9d1d9; }
</style><body><article class="markdown-body">${body}</article></body></html>`

/** Takes a picture of a page. @param name the file in docs/images */
function takePicture(browser: string, html: string, name: string, heightPx: number): void {
  const scratch = mkdtempSync(path.join(tmpdir(), 'feishu-pictures-'))
  try {
    const file = path.join(scratch, 'page.html')
    writeFileSync(file, html)
    execFileSync(
      browser,
      [
        '--headless',
        '--no-sandbox',
        '--hide-scrollbars',
        '--disable-gpu',
        `--window-size=${WIDTH_PX},${heightPx}`,
        `--screenshot=${path.join(IMAGES, name)}`,
        `file://${file}`,
      ],
      { stdio: 'ignore', timeout: TIMEOUT_MS },
    )
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const escapeHtml = (text: string): string => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)

const browser = findBrowser()
const texts = await runPictureScenario()
const summary = micromark(texts.summary, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] })
for (const theme of ['light', 'dark'] as const) {
  takePicture(browser, renderPage(summary, theme), `summary-${theme}.png`, 760)
}
const log = texts.log.map(escapeHtml).join('\n')
takePicture(browser, renderPage(`<pre class="log">${log}</pre>`, 'dark'), 'log.png', 520)
// Comes last: with new texts beside old pictures, the test of the pictures would pass.
writeFileSync(path.join(IMAGES, 'texts.txt'), normalizeTexts(texts))
console.log(`The pictures are in ${path.relative(process.cwd(), IMAGES)}.`)
