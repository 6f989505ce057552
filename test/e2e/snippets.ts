import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Reads the first code block below a heading of a page, as a reader would copy it.
 * @param page relative to `root`, the root of the repository
 * @param heading without `## `
 * @param language the word after the opening fence; blocks in other languages are skipped
 * @throws Error when there is no such heading, or no such block in its section
 */
export function readSnippet(root: string, page: string, heading: string, language = 'yaml'): string {
  const sections = readFileSync(path.join(root, page), 'utf8').split(/^## /m)
  const section = sections.find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const code = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(section)?.[1]
  if (code === undefined) throw new Error(`${page} has no ${language} below "## ${heading}"`)
  return code
}

/** Splits a list of steps, not indented, into the texts of the steps. */
export const splitSteps = (steps: string): string[] => steps.split(/^(?=- )/m).filter((step) => step.trim() !== '')

/**
 * Replaces the step of a workflow that uses `action` by other steps.
 * @param steps a list of steps, not indented
 * @throws Error unless exactly one step of the workflow uses the action
 */
export function replaceStep(workflow: string, action: string, steps: string): string {
  // In a list, an item is a line with `- `, and the lines below it that are indented deeper.
  const found = [...workflow.matchAll(/^( +)- .*\n(?:\1 .*\n)*/gm)].filter(([step]) => step.includes(`uses: ${action}`))
  const [match, ...others] = found
  if (!match || others.length > 0) throw new Error(`${found.length} steps of the workflow use ${action}`)
  const [step, indent = ''] = match
  return workflow.replace(step, () => indentBy(steps, indent))
}

/** Adds steps at the end of a workflow, to its last job. */
export const appendSteps = (workflow: string, steps: string): string => workflow + indentBy(steps, '      ')

const indentBy = (text: string, indent: string): string => text.replace(/^(?=.)/gm, indent)

/**
 * Adds the input `base-url` to every step of a workflow that has an app secret: these are the steps of our own actions.
 */
export const withBaseUrl = (workflow: string, url: string): string =>
  workflow.replace(/^( +)app-secret: .*\n/gm, (line: string, indent: string) => `${line}${indent}base-url: ${url}\n`)
