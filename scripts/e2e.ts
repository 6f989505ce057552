// Runs .github/workflows/e2e.yml on this machine with act, without GitHub and without a container, and then the
// workflows that README.md and docs/workflows.md show. It runs the commit that is checked out. `--only documented`
// leaves out e2e.yml. If act is missing, this script installs it with Go. Exit code: CANNOT_RUN on Windows, and when this
// machine has neither act in ACT_VERSION nor Go; 1 when a workflow fails or anything else goes wrong.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runDocumentedWorkflows } from '../test/e2e/documented-workflows.js'
import { CANNOT_RUN } from './e2e-exit-code.js'

const ACT_VERSION = '0.2.89'
/** The Node.js that the action.yml files name: `node24`. */
const NODE_MAJOR = 24

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const { values: flags } = parseArgs({ options: { only: { type: 'string' } } })

process.exitCode = await main()

/** Checks what the workflows need, installs act if it is missing, then runs the workflows. @returns the exit code */
async function main(): Promise<number> {
  if (flags.only !== undefined && flags.only !== 'documented') {
    return fail(`--only ${flags.only} is unknown: the only value is documented.`)
  }
  if (process.platform === 'win32') {
    return fail(
      'act runs this workflow on Linux and macOS only: run `npm run e2e` there (on Windows: in WSL).',
      CANNOT_RUN,
    )
  }
  const node = findNode()
  if (node === undefined) {
    return fail(
      `Node.js ${NODE_MAJOR} is needed to run the actions, this is ${process.version}: run \`npm ci\`, or install Node.js ${NODE_MAJOR}.`,
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
  return runWorkflows(act, node)
}

/** Runs the workflows in a clone of this repository. @returns the exit code */
async function runWorkflows(act: string, node: string): Promise<number> {
  const changed = (readCommand('git', ['status', '--porcelain']) ?? '').split('\n').filter(Boolean).length
  if (changed > 0) console.log(`Note: the last commit is run; ${changed} changed or new files are not in it.`)

  // For the clone, the files of the documented workflows, and those that act would write below HOME. On macOS the
  // temporary folder is behind a link. The real path is used, because e2e.yml compares paths with $PWD.
  const temporary = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'feishu-export-e2e-')))
  try {
    const clone = path.join(temporary, 'repository')
    const cloned = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone], { stdio: 'inherit' })
    if (cloned.status !== 0) return fail('The repository could not be cloned: see the lines above.')
    if (flags.only !== 'documented') {
      const failure = runOwnWorkflow(act, node, clone, temporary)
      if (failure !== undefined) return fail(failure)
    }
    const scratch = path.join(temporary, 'documented')
    mkdirSync(scratch)
    await runDocumentedWorkflows({ act, node, repository: clone, scratch }, (line) => console.log(line))
    return 0
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/**
 * Runs the job e2e of .github/workflows/e2e.yml, on this machine instead of in a container. The other job of this file
 * would start this script again.
 * @returns what went wrong, if anything did
 */
function runOwnWorkflow(act: string, node: string, clone: string, temporary: string): string | undefined {
  const { status, signal, error } = spawnSync(
    act,
    ['push', '-W', '.github/workflows/e2e.yml', '-j', 'e2e', '-P', 'ubuntu-latest=-self-hosted', '--no-cache-server'],
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
  if (error !== undefined) return `act could not be started: ${error.message}`
  if (status !== 0) return `The workflow e2e.yml failed (${status ?? String(signal)}): see the lines above.`
  return undefined
}

/**
 * Finds the Node.js that runs the actions: that of the development dependencies, or else that of this process.
 * @returns undefined if node_modules has none and this process runs an older version than {@link NODE_MAJOR}
 */
function findNode(): string | undefined {
  const own = path.join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(own)) return own
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR ? process.execPath : undefined
}

/** The program act in {@link ACT_VERSION}, on the PATH or where Go installs programs; undefined if it is in neither. */
function findAct(): string | undefined {
  const candidates = ['act', ...listGoBinaryFolders().map((folder) => path.join(folder, 'act'))]
  return candidates.find((name) => readCommand(name, ['--version'])?.endsWith(` ${ACT_VERSION}`) === true)
}

/** Installs act with Go. @returns the program; undefined when it could not be installed */
function installAct(): string | undefined {
  console.log(`Installing act ${ACT_VERSION} with Go (about a minute, once).`)
  const { status } = spawnSync('go', ['install', `github.com/nektos/act@v${ACT_VERSION}`], { stdio: 'inherit' })
  return status === 0 ? findAct() : undefined
}

/** The folders into which Go may install programs. */
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

/** Prints why the script ends. @returns its exit code */
function fail(message: string, exitCode = 1): number {
  console.error(message)
  return exitCode
}
