// Runs some workflows of README.md and docs/workflows.md with act as they are written there. Only this is replaced:
// - the repository of the actions, by this one
// - the address of Feishu, by the emulator's
// - the repository of the user, by a bare one on this machine
// - actions/checkout, gh and the webhook of a group, by small programs
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { startEmulator } from '../emulator/index.js'
import { addDocuments } from './documents.js'
import { CHECKOUT, Host, type Run, type Setup } from './host.js'
import { appendSteps, readSnippet, replaceStep, splitSteps } from './snippets.js'

const EXPORT = 'your-org/feishu-export-action/export@v1'
const README = 'README.md'
const WORKFLOWS = 'docs/workflows.md'

/** The `job_status` of a document that the app may not export. */
const NO_PERMISSION = 110

const MANIFEST = 'feishu/.feishu-export.json'
const GUIDE = ['feishu/Guide.docx', 'feishu/Guide/安装.docx']
const DRAFTS = ['feishu/Drafts.docx', 'feishu/Drafts/Idea.docx']

/**
 * Runs the workflows one after another. Each one finds the repository and the documents as the ones before left them.
 * Between some of them, a person changes something.
 * @param log called with a line for each workflow that did what its page says
 * @throws Error at the first workflow that did not
 */
export async function runDocumentedWorkflows(setup: Setup, log: (line: string) => void): Promise<void> {
  const emulator = await startEmulator()
  try {
    const documents = addDocuments(emulator)
    const host = new Host(setup, emulator)
    const snippet = (page: string, heading: string, language?: string): string =>
      readSnippet(setup.repository, page, heading, language)
    // Waits for a run and calls `judge`, which throws when the run did not do what it should. The error then has the
    // log.
    const check = async (title: string, promise: Promise<Run>, judge: (run: Run) => void): Promise<void> => {
      const run = await promise
      try {
        judge(run)
      } catch (error) {
        throw new Error(`${title}: ${(error as Error).message}\n\n${run.text}`, { cause: error })
      }
      log(`✔ ${title}`)
    }
    const mirror = snippet(README, 'The nightly mirror')

    await check(
      'README: the first run lists, and exports nothing',
      host.run(snippet(README, 'The first run')),
      (run) => {
        assert.equal(run.exitCode, 0)
        assert.match(run.text, /Found 4: 4 to export/)
        assert.deepEqual(emulator.requestsTo('create'), [])
      },
    )

    // Somebody pushes while the documents are exported.
    emulator.script('create', () => {
      if (!host.files().includes('note.md')) host.commit({ 'note.md': 'meanwhile\n' })
      return undefined
    })
    await check('README: the first night of the mirror commits everything', host.run(mirror), (run) => {
      assert.equal(run.exitCode, 0)
      assert.deepEqual(host.files(), ['.gitignore', 'README.md', MANIFEST, ...DRAFTS, ...GUIDE, 'note.md'].sort())
    })
    const first = host.head()
    await check('README: the second night of the mirror makes no commit', host.run(mirror), (run) => {
      assert.equal(run.exitCode, 0)
      assert.match(run.text, /0 exported, 4 unchanged/)
      assert.equal(host.head(), first)
    })
    emulator.edit(documents.guide.token)
    emulator.edit(documents.install.token)
    documents.install.jobStatus = NO_PERMISSION
    await check('README: a night with a failure is red, and commits the rest', host.run(mirror), (run) => {
      assert.notEqual(run.exitCode, 0)
      assert.match(run.text, /1 of 4 failed/)
      assert.notEqual(host.head(), first)
    })
    documents.install.jobStatus = 0
    documents.guide.title = 'Manual'
    await check('README: a renamed page is moved', host.run(mirror), (run) => {
      assert.equal(run.exitCode, 0)
      assert.deepEqual(
        host.files().filter((file) => /Guide|Manual/.test(file)),
        ['feishu/Manual.docx', 'feishu/Manual/安装.docx'],
      )
    })

    // The workflow excludes Drafts, so that page is skipped. A real run would delete its file, and that of Idea below it.
    const beforeDryRun = host.head()
    await check('workflows: the dry run writes nothing', host.run(snippet(WORKFLOWS, 'A dry run by hand')), (run) => {
      assert.equal(run.exitCode, 0)
      assert.match(run.text, /Finished: 0 to export, 2 unchanged, 0 failed, 1 skipped, 2 to delete/)
      assert.equal(host.head(), beforeDryRun)
    })

    const ownBranch = replaceStep(mirror, CHECKOUT, snippet(WORKFLOWS, 'A branch of its own'))
    await check('workflows: a branch of its own gets the commit, and main none', host.run(ownBranch), (run) => {
      assert.equal(run.exitCode, 0)
      assert.equal(host.head(), beforeDryRun)
      assert.ok(host.files('feishu-mirror').includes('feishu/Manual.docx'))
    })

    const [exportStep = '', messageStep = ''] = splitSteps(snippet(WORKFLOWS, 'Tell a group'))
    const mirrorWithMessage = appendSteps(replaceStep(mirror, EXPORT, exportStep), messageStep)
    emulator.edit(documents.guide.token)
    await check('workflows: without the secret, a group gets no message', host.run(mirrorWithMessage), (run) => {
      assert.equal(run.exitCode, 0)
      assert.match(run.text, /1 exported/)
    })
    emulator.edit(documents.guide.token)
    await withWebhook(async (url, messages) => {
      await check(
        'workflows: a group gets a message',
        host.run(mirrorWithMessage, undefined, undefined, { FEISHU_WEBHOOK: url }),
        (run) => {
          assert.equal(run.exitCode, 0)
          assert.equal(messages.length, 1)
          assert.match(messages[0] ?? '', /"msg_type": ?"text".*Feishu mirror: success, 1 exported, 0 failed/s)
        },
      )
    })

    host.commit({ 'feishu-sources.txt': snippet(WORKFLOWS, 'A list of links', 'text') })
    await check('workflows: the list of links', host.run(snippet(WORKFLOWS, 'A list of links'), 'push'), (run) => {
      assert.equal(run.exitCode, 0)
      assert.deepEqual(
        host.files().filter((file) => file.startsWith('feishu/')),
        [
          MANIFEST,
          ...['feishu/contracts/Master agreement.docx', 'feishu/contracts/Master agreement.pdf'],
          ...['feishu/handbook/Drafts.docx', 'feishu/handbook/Drafts/Idea.docx'],
          ...['feishu/handbook/Manual.docx', 'feishu/handbook/Manual/安装.docx', 'feishu/inbox/Letter.docx'],
          ...['feishu/releases/Releases.docx', 'feishu/releases/Releases/v1.docx', 'feishu/tables/items.csv'],
        ].sort(),
      )
    })

    const calls = fakeGh(setup.scratch)
    await check(
      'workflows: a document in a release',
      host.run(snippet(WORKFLOWS, 'A document in a release'), 'push', 'refs/tags/v1.2.3'),
      (run) => {
        assert.equal(run.exitCode, 0)
        assert.deepEqual(calls(), [
          'release view v1.2.3',
          'release create v1.2.3 --draft --verify-tag --generate-notes',
          'release upload v1.2.3 release-notes.pdf --clobber',
          'release edit v1.2.3 --draft=false',
        ])
      },
    )
  } finally {
    await emulator.stop()
  }
}

/**
 * Writes a program `gh` into the folder `bin` of `scratch`, which `Host` puts first on the PATH of act. This `gh` finds
 * no release (`view` fails). It accepts the upload of a file only if the file is not empty.
 * @returns a function that lists the arguments of each call of `gh release` so far
 */
function fakeGh(scratch: string): () => string[] {
  const [folder, record] = [path.join(scratch, 'bin'), path.join(scratch, 'gh-calls')]
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    path.join(folder, 'gh'),
    `#!/bin/sh\necho "$@" >> '${record}'\ncase "$2" in view) exit 1 ;; upload) test -s "$4" ;; esac\n`,
  )
  chmodSync(path.join(folder, 'gh'), 0o755)
  // The calls of act itself, for a token, are left out.
  return () =>
    readFileSync(record, 'utf8')
      .split('\n')
      .filter((call) => call.startsWith('release'))
}

/** Serves the webhook of a group while `use` runs. `messages` gets each body that is sent to the webhook. */
async function withWebhook(use: (url: string, messages: readonly string[]) => Promise<void>): Promise<void> {
  const messages: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      messages.push(body)
      response.end('{"code":0,"msg":"success"}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, messages)
  } finally {
    server.close()
  }
}
