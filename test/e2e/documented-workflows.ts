// Runs some workflows of README.md and docs/workflows.md with act as they are written there. Only this is replaced:
// - the repository of the actions, by this one
// - the address of Feishu, by the emulator's
// - the repository of the user, by a bare one on this machine
// - actions/checkout, gh and the webhook of a group, by small programs
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { startEmulator } from '../emulator/index.js'
import { addDocuments } from './documents.js'
import { Host, type Run, type Setup } from './host.js'
import { appendSteps, readSnippet, replaceStep, splitSteps } from './snippets.js'

const EXPORT = 'your-org/feishu-export-action/export@v1'
const README = 'README.md'
const WORKFLOWS = 'docs/workflows.md'

/** The `job_status` of a document that the app may not export. */
const NO_PERMISSION = 110

const MANIFEST = 'feishu/.feishu-export.json'
const GUIDE = ['feishu/Guide.docx', 'feishu/Guide/安装.docx']
const DRAFTS = ['feishu/Drafts.docx', 'feishu/Drafts/Idea.docx']
const PULL_BRANCH = 'feishu-mirror'

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

    const gh = new FakeGh(setup.scratch)
    const byPullRequest = snippet(WORKFLOWS, 'By pull request')
    // Runs the workflow. `expected` says what it must export, and how many pull requests it must have opened so far. A
    // pull request that is open must have one commit, on top of main.
    const checkPull = (
      title: string,
      expected: { readonly exported: number; readonly opened: number },
    ): Promise<void> =>
      check(`workflows: by pull request: ${title}`, host.run(byPullRequest), (run) => {
        assert.equal(run.exitCode, 0)
        assert.match(run.text, new RegExp(`${expected.exported} exported, ${4 - expected.exported} unchanged`))
        assert.equal(gh.calls('pr create').length, expected.opened)
        if (gh.isPullOpen) assert.equal(host.head(`${PULL_BRANCH}^`), host.head())
      })
    const mergeAndDelete = (): void => {
      host.squash(PULL_BRANCH)
      host.deleteBranch(PULL_BRANCH)
      gh.isPullOpen = false
    }
    await checkPull('nothing changed, and there is no branch', { exported: 0, opened: 0 })
    emulator.edit(documents.guide.token)
    await checkPull('a change opens one, and main gets no commit', { exported: 1, opened: 1 })
    assert.equal(host.head(), beforeDryRun)
    const firstPull = host.head(PULL_BRANCH)
    await checkPull('nothing changed since', { exported: 0, opened: 1 })
    assert.equal(host.head(PULL_BRANCH), firstPull)
    emulator.edit(documents.install.token)
    await checkPull('another change, while it is open', { exported: 1, opened: 1 })
    assert.notEqual(host.head(PULL_BRANCH), firstPull)
    host.squash(PULL_BRANCH)
    gh.isPullOpen = false
    await checkPull('nothing changed after a squash merge', { exported: 0, opened: 1 })
    emulator.edit(documents.guide.token)
    await checkPull('a change after a squash merge', { exported: 1, opened: 2 })
    gh.isPullOpen = false
    await checkPull('it was closed without a merge', { exported: 0, opened: 3 })
    // Somebody merges it and deletes the branch while the next change is exported.
    emulator.edit(documents.guide.token)
    const stopMerging = emulator.script('create', () => {
      if (gh.isPullOpen) mergeAndDelete()
      return undefined
    })
    await checkPull('it is merged while the workflow runs', { exported: 1, opened: 4 })
    stopMerging()
    mergeAndDelete()
    emulator.edit(documents.guide.token)
    await checkPull('a change after the branch was deleted', { exported: 1, opened: 5 })
    mergeAndDelete()

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
          ...['feishu/handbook/Drafts.md', 'feishu/handbook/Drafts/Idea.md'],
          ...['feishu/handbook/Manual.md', 'feishu/handbook/Manual/安装.md'],
          ...['feishu/inbox/Letter.docx', 'feishu/inbox/Letter.pdf'],
          ...['feishu/releases/Releases.docx', 'feishu/releases/Releases/v1.docx', 'feishu/tables/items.csv'],
        ].sort(),
      )
    })

    await check(
      'workflows: a document in a release',
      host.run(snippet(WORKFLOWS, 'A document in a release'), 'push', 'refs/tags/v1.2.3'),
      (run) => {
        assert.equal(run.exitCode, 0)
        assert.deepEqual(gh.calls('release'), [
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
 * A program `gh` in the folder `bin` of `scratch`, which `Host` puts first on the PATH of act. It finds no release (`view`
 * fails). It accepts the upload of a file only if the file is not empty. It has at most one pull request.
 */
class FakeGh {
  private readonly record: string
  /** Exists while a pull request is open. */
  private readonly pull: string

  constructor(scratch: string) {
    const folder = path.join(scratch, 'bin')
    this.record = path.join(scratch, 'gh-calls')
    this.pull = path.join(scratch, 'gh-pull')
    mkdirSync(folder, { recursive: true })
    writeFileSync(this.record, '')
    writeFileSync(
      path.join(folder, 'gh'),
      `#!/bin/sh
echo "$@" >> '${this.record}'
case "$1 $2" in
  'release view') exit 1 ;;
  'release upload') test -s "$4" ;;
  'pr list') if [ -e '${this.pull}' ]; then echo '[{"isCrossRepository":false}]'; else echo '[]'; fi ;;
  'pr create') [ ! -e '${this.pull}' ] && git ls-remote --exit-code origin "$4" && touch '${this.pull}' ;;
esac
`,
    )
    chmodSync(path.join(folder, 'gh'), 0o755)
  }

  get isPullOpen(): boolean {
    return existsSync(this.pull)
  }

  set isPullOpen(isOpen: boolean) {
    if (isOpen) writeFileSync(this.pull, '')
    else rmSync(this.pull, { force: true })
  }

  /** The arguments of each call so far that begin with `command`. */
  calls(command: string): string[] {
    return readFileSync(this.record, 'utf8')
      .split('\n')
      .filter((call) => call.startsWith(command))
  }
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
