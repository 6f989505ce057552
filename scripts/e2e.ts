// Runs .github/workflows/e2e.yml on this machine with act, without GitHub and without a container. It runs the commit that
// is checked out. Exit code: that of the workflow; CANNOT_RUN when this machine has neither act nor Go, which installs it, or
// runs Windows.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { CANNOT_RUN } from './e2e-exit-code.js'

const ACT_VERSION = '0.2.89'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

process.exitCode = main()

function main(): number {
  if (process.platform === 'win32') {
    return fail(
      'act runs this workflow on Linux and macOS only: run `npm run e2e` there (on Windows: in WSL).',
      CANNOT_RUN,
    )
  }
  const node = findNode()
  if (node === undefined) {
    return fail(
      `Node.js 24 is needed to run the actions, this is ${process.version}: run \`npm ci\`, or install Node.js 24.`,
    )
  }
  if (readCommand('git', ['rev-parse', '--verify', 'HEAD']) === undefined) {
    return fail('The e2e workflow runs the last commit, and there is no commit here: clone the repository with git.')
  }
  let act = findAct()
  if (act === undefined) {
    if (readCommand('go', ['version']) === undefined) {
      return fail(
        `The e2e workflow needs act ${ACT_VERSION}: install Go (https://go.dev/dl), then this command installs act.`,
        CANNOT_RUN,
      )
    }
    act = installAct()
    if (act === undefined) return fail(`act ${ACT_VERSION} could not be installed: see the lines above.`)
  }
  return runWorkflow(act, node)
}

function runWorkflow(act: string, node: string): number {
  const changed = (readCommand('git', ['status', '--porcelain']) ?? '').split('\n').filter(Boolean).length
  if (changed > 0) console.log(`Note: the last commit is run; ${changed} changed or new files are not in it.`)

  // act keeps its caches and its copy of the tree below HOME otherwise.
  const temporary = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'feishu-export-e2e-')))
  try {
    const clone = path.join(temporary, 'repository')
    const cloned = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone], { stdio: 'inherit' })
    if (cloned.status !== 0) return fail('The repository could not be cloned: see the lines above.')
    const { status, signal, error } = spawnSync(
      act,
      ['push', '-W', '.github/workflows/e2e.yml', '-P', 'ubuntu-latest=-self-hosted', '--no-cache-server'],
      {
        cwd: clone,
        stdio: 'inherit',
        env: {
          ...process.env,
          PATH: [path.dirname(node), process.env['PATH']].join(path.delimiter),
          XDG_CACHE_HOME: path.join(temporary, 'cache'),
          XDG_CONFIG_HOME: path.join(temporary, 'config'),
        },
      },
    )
    if (error !== undefined) return fail(`act could not be started: ${error.message}`)
    return status ?? fail(`act was ended by ${String(signal)}.`)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** The Node.js that runs the actions: the one of the development dependencies, else this one. */
function findNode(): string | undefined {
  const own = path.join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(own)) return own
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined
}

function findAct(): string | undefined {
  const candidates = ['act', ...listGoBinaryFolders().map((folder) => path.join(folder, 'act'))]
  return candidates.find((name) => readCommand(name, ['--version'])?.endsWith(` ${ACT_VERSION}`) === true)
}

function installAct(): string | undefined {
  console.log(`Installing act ${ACT_VERSION} with Go (about a minute, once).`)
  const { status } = spawnSync('go', ['install', `github.com/nektos/act@v${ACT_VERSION}`], { stdio: 'inherit' })
  return status === 0 ? findAct() : undefined
}

function listGoBinaryFolders(): string[] {
  const goBin = readCommand('go', ['env', 'GOBIN']) ?? ''
  const goPath = readCommand('go', ['env', 'GOPATH']) ?? ''
  const folders = goPath.split(path.delimiter).filter((folder) => folder !== '')
  return [goBin, ...folders.map((folder) => path.join(folder, 'bin'))].filter((folder) => folder !== '')
}

/** What a command prints; undefined when it is missing or fails. */
function readCommand(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

function fail(message: string, exitCode = 1): number {
  console.error(message)
  return exitCode
}
