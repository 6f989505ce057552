import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Emulator } from '../emulator/index.js'
import { withBaseUrl } from './snippets.js'

/** The name of actions/checkout in the documented workflows. */
const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1'
/** The name of our own actions in the documented workflows. */
const OWN = 'your-org/feishu-export-action@v1'

/** What the workflows run with. */
export interface Setup {
  /** The program act. */
  readonly act: string
  /** The Node.js that runs the actions. */
  readonly node: string
  /** A clone of this repository, with nothing in it that is not committed. */
  readonly repository: string
  /** An empty folder for everything that is written. */
  readonly scratch: string
}

/** A run of a workflow. */
export interface Run {
  readonly exitCode: number | null
  /** Everything that act printed. */
  readonly text: string
}

/** Takes the place of GitHub: a bare repository, and act as the runner of its workflows. */
export class Host {
  /** The bare repository. */
  readonly remote: string
  /** A person's clone of it. */
  private readonly clone: string
  private runs = 0

  constructor(
    private readonly setup: Setup,
    private readonly emulator: Emulator,
  ) {
    this.remote = path.join(setup.scratch, 'remote.git')
    this.clone = path.join(setup.scratch, 'clone')
    this.git('init', '--quiet', '--bare', '--initial-branch=main', this.remote)
    this.git('clone', '--quiet', this.remote, this.clone)
    this.commit({ 'README.md': '# Documents\n', '.gitignore': '.feishu-export.json\n' })
    this.inClone('push', '--quiet', 'origin', 'HEAD:main')
  }

  /** Commits files to main, as a person would. */
  commit(files: Readonly<Record<string, string>>): void {
    // A workflow may have pushed commits. The first commit, in the constructor, finds no branch to pull.
    if (this.runs > 0) this.inClone('pull', '--quiet', '--rebase', 'origin', 'main')
    for (const [file, content] of Object.entries(files)) writeFileSync(path.join(this.clone, file), content)
    this.inClone('add', '--all', '--force')
    this.inClone('commit', '--quiet', '--message', 'By hand')
    this.inClone('push', '--quiet', 'origin', 'HEAD:main')
  }

  /** Merges a branch into main as one commit, as GitHub does with "Squash and merge". */
  squash(branch: string): void {
    this.inClone('pull', '--quiet', '--rebase', 'origin', 'main')
    this.inClone('fetch', '--quiet', 'origin', branch)
    this.inClone('merge', '--quiet', '--squash', 'FETCH_HEAD')
    this.inClone('commit', '--quiet', '--message', 'Squashed')
    this.inClone('push', '--quiet', 'origin', 'HEAD:main')
  }

  deleteBranch(branch: string): void {
    this.inClone('push', '--quiet', 'origin', '--delete', branch)
  }

  /** The hash of the last commit of a branch, or of another revision. */
  head(branch = 'main'): string {
    return this.git('--git-dir', this.remote, 'rev-parse', branch).trim()
  }

  /** The files in the last commit of a branch, by their paths, in order. */
  files(branch = 'main'): string[] {
    const list = this.git(
      '--git-dir',
      this.remote,
      '-c',
      'core.quotePath=false',
      'ls-tree',
      '-r',
      '--name-only',
      branch,
    )
    return list.trim().split('\n')
  }

  /**
   * Runs a workflow with act on this machine, without a container. Its Feishu is the emulator.
   * @param workflow its YAML
   * @param event the name of the event that starts it
   * @param ref the branch or tag of the event
   * @param secrets further secrets, besides the credentials of the app
   */
  async run(
    workflow: string,
    event = 'workflow_dispatch',
    ref = 'refs/heads/main',
    secrets: Readonly<Record<string, string>> = {},
  ): Promise<Run> {
    const { act, node, repository, scratch } = this.setup
    const folder = path.join(scratch, `run-${++this.runs}`)
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'workflow.yml'), withBaseUrl(workflow, this.emulator.url))
    writeFileSync(path.join(folder, 'event.json'), JSON.stringify({ ref, repository: { full_name: 'acme/documents' } }))
    const allSecrets = { FEISHU_APP_ID: this.emulator.appId, FEISHU_APP_SECRET: this.emulator.appSecret, ...secrets }
    const child = spawn(
      act,
      [
        event,
        ...['-W', 'workflow.yml', '-e', 'event.json', '-P', 'ubuntu-latest=-self-hosted'],
        ...['--no-cache-server', '--no-skip-checkout', '--local-repository', `${OWN}=${repository}`],
        ...['--local-repository', `${CHECKOUT}=${path.join(repository, 'test/e2e/checkout')}`],
        ...['--env', `E2E_REMOTE=file://${this.remote}`],
        ...Object.entries(allSecrets).flatMap(([name, value]) => ['-s', `${name}=${value}`]),
      ],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          // `bin` is for programs that take the place of others, such as gh.
          PATH: [path.join(scratch, 'bin'), path.dirname(node), process.env['PATH']].join(path.delimiter),
          XDG_CACHE_HOME: path.join(scratch, 'cache'),
          XDG_CONFIG_HOME: path.join(scratch, 'config'),
        },
      },
    )
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    }
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    return { exitCode, text }
  }

  private git(...words: string[]): string {
    return execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** Runs git in the clone, as a person. */
  private inClone(...words: string[]): void {
    this.git('-C', this.clone, '-c', 'user.name=A Person', '-c', 'user.email=person@example.com', ...words)
  }
}
