import { spawn, spawnSync } from 'node:child_process'

/** A program that is measured as a whole process. */
export interface Program {
  readonly name: string
  readonly command: string
  readonly arguments: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** The measurements of one run of a program. */
export interface Measured {
  readonly wallMs: number
  /** The peak memory, in millions of bytes; undefined where the system has no GNU time. */
  readonly peakMb: number | undefined
}

const GNU_TIME = '/usr/bin/time'
const hasGnuTime = spawnSync(GNU_TIME, ['-f', '%M', 'true']).status === 0

/**
 * Runs a program once.
 * @throws when its exit code is not 0
 */
async function measureOnce(program: Program): Promise<Measured> {
  const { command, arguments: args, env, cwd } = program
  const line = hasGnuTime ? [GNU_TIME, '-f', 'PEAK %M', command, ...args] : [command, ...args]
  const startedAtMs = performance.now()
  const child = spawn(line[0] ?? '', line.slice(1), {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const wallMs = performance.now() - startedAtMs
  if (code !== 0) throw new Error(`${program.name} ended with ${code}: ${text.slice(0, 500)}`)
  // The kilobytes of GNU time have 1024 bytes.
  const kibibytes = /PEAK (\d+)/.exec(text)?.[1]
  return { wallMs, peakMb: kibibytes === undefined ? undefined : (Number(kibibytes) * 1024) / 1e6 }
}

/**
 * Runs programs in turn, A B C A B C …, so that a slow phase of the machine affects all of them.
 * @param rounds how many rounds are counted; one more runs before them, since a first run is slower
 * @returns for each program, in order, its measurements round by round
 */
export async function measureInTurn(programs: readonly Program[], rounds: number): Promise<Measured[][]> {
  const results: Measured[][] = programs.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [index, program] of programs.entries()) {
      const measured = await measureOnce(program)
      if (round > 0) results[index]?.push(measured)
    }
  }
  return results
}
