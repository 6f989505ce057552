import { oneLine, quoted } from '../text.js'

/** Reads an input by its name in action.yml; `''` when it was not given. */
export type InputReader = (name: string) => string

/** Thrown for an invalid input. The message names the input, the fault and the cure. */
export class InputError extends Error {}

/**
 * Refuses an input whose name has underscores instead of hyphens, such as `dry_run`: its value would be ignored, at most
 * with a warning. If `dry-run` has another value, `dry_run` is refused, too: the other value may be the default, which a
 * runner sets. An input with underscores is accepted if it is empty, or if both have the same value.
 * @param names the names of the inputs that the action reads
 * @param environment holds each input in a variable `INPUT_…`
 * @throws InputError
 */
export function refuseUnderscores(
  names: ReadonlySet<string>,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  for (const [variable, value] of Object.entries(environment)) {
    const wrongName = /^INPUT_([^_]*_.*)$/i.exec(variable)?.[1]?.toLowerCase()
    const text = value?.trim()
    if (wrongName === undefined || !text) continue
    const rightName = wrongName.replaceAll('_', '-')
    const rightVariable = `INPUT_${rightName.toUpperCase()}`
    if (!names.has(rightName) || environment[rightVariable]?.trim() === text) continue
    throw new InputError(
      `Input \`${wrongName}\` does not exist. Write \`${rightName}\`; as an environment variable, ${rightVariable} with the hyphen.`,
    )
  }
}

/**
 * Lists the names of the inputs that were given a value but do not exist, in lower case.
 * @param names the names of the inputs that the action reads
 */
export function listUnknownInputs(
  names: ReadonlySet<string>,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    const name = /^INPUT_(.+)$/.exec(variable)?.[1]?.toLowerCase()
    return name === undefined || names.has(name) || !value?.trim() ? [] : name
  })
}

const MAX_REPORTED = 10

/**
 * Reads each item. If several are wrong, one error reports them all: a user sees them in one run, not one by one.
 * @throws InputError with the messages of the wrong items; after `MAX_REPORTED` of them, with the number of the others
 */
export function readEach<T, R>(items: readonly T[], read: (item: T) => R): R[] {
  const faults: string[] = []
  const results = items.flatMap((item) => {
    try {
      return [read(item)]
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      faults.push(error.message)
      return []
    }
  })
  if (faults.length === 0) return results
  const more = faults.length - MAX_REPORTED
  throw new InputError([...faults.slice(0, MAX_REPORTED), ...(more > 0 ? [`And ${more} more.`] : [])].join(' '))
}

/** Reads a required input, without blanks around it. @throws InputError, which ends with `cure`, when it is empty */
export function requiredInput(read: InputReader, name: string, cure: string): string {
  const value = read(name).trim()
  if (value === '') throw new InputError(`Input \`${name}\` is empty. ${cure}`)
  return value
}

// Longer than any job can run, and small enough for exact sums of milliseconds.
const MAX_SECONDS = 100 * 24 * 3600

/**
 * Reads a positive number of seconds, at most `MAX_SECONDS`.
 * @returns milliseconds, at least 1; undefined when the input is empty
 * @throws InputError
 */
export function durationMsInput(read: InputReader, name: string): number | undefined {
  const value = read(name).trim()
  if (value === '') return undefined
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN
  if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
    throw new InputError(
      `Input \`${name}\` is ${quoted(value, 40)}, which is not a positive number of seconds (at most ${MAX_SECONDS}). Write digits alone, for example 600.`,
    )
  }
  return Math.max(1, seconds * 1000)
}

/** Reads an integer from 1 to 10,000; 1 when the input is empty. @throws InputError */
export function countInput(read: InputReader, name: string): number {
  const value = read(name).trim()
  if (value === '') return 1
  const count = /^\d{1,5}$/.test(value) ? Number(value) : 0
  if (count < 1 || count > 10_000) {
    throw new InputError(
      `Input \`${name}\` is ${quoted(value, 40)}, which is not a whole number from 1 to 10000. Write digits alone, for example 4.`,
    )
  }
  return count
}

/** Reads `true` or `false`, in any letter case; returns `byDefault` when the input is empty. @throws InputError */
export function booleanInput(read: InputReader, name: string, byDefault: boolean): boolean {
  const value = read(name).trim().toLowerCase()
  if (value === '') return byDefault
  if (value === 'true' || value === 'false') return value === 'true'
  throw new InputError(`Input \`${name}\` is ${quoted(value, 40)}. Write true or false.`)
}

/** An excerpt of a value for an error message: one line of at most 60 characters. */
export const excerpt = (value: string): string => `"${oneLine(value, 60)}"`
