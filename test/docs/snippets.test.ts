import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { ACTION_FILES, readAction, REFERENCE_PAGES, toChinesePage } from '../../scripts/readme-tables.js'
import { codeBlocksOf, PAGES, stepsIn, textOf } from './pages.js'

/** In the pages, the owner of our repository is `your-org`. With it, a misspelled name of the repository is found, too. */
const OUR_ACTION = /your-org\/|feishu-export-action/

/**
 * The path of the manifest of the action that a step uses; undefined if it is no action of ours.
 * @param uses `OWNER/feishu-export-action[/FOLDER]@VERSION` for our actions, whoever owns the repository
 * @throws Error if `uses` has our owner or the name of our repository, but another form
 */
function manifestOf(uses = ''): string | undefined {
  if (!OUR_ACTION.test(uses)) return undefined
  // On Gitea and Forgejo, an action may need its whole address.
  const match = /^(?:https:\/\/github\.com\/)?[^/@\s]+\/feishu-export-action(?:\/(\w+))?@\S+$/.exec(uses)
  if (!match) throw new Error(`${uses} does not name an action and its version`)
  return match[1] === undefined ? 'action.yml' : `${match[1]}/action.yml`
}

describe.each(PAGES)('the snippets of %s', (file) => {
  const snippets = codeBlocksOf(textOf(file), 'yaml')
  const ours = snippets.filter((code) =>
    [...code.matchAll(/uses: (\S+)/g)].some(([, uses = '']) => OUR_ACTION.test(uses)),
  )
  const isGuide = [...REFERENCE_PAGES, 'README.md', 'docs/workflows.md'].some(
    (page) => page === file || toChinesePage(page) === file,
  )

  it('are YAML, and some use these actions', () => {
    for (const code of snippets) expect(() => parse(code) as unknown).not.toThrow()
    if (isGuide) expect(ours.length).toBeGreaterThan(0)
  })

  it('keep away from docs/, which GitHub Pages may publish', () => {
    for (const code of snippets) expect(code).not.toMatch(/\b(?:directory|path): docs\b|git add .*\bdocs\b/)
  })

  // Many values are compared together with the snippet, so that a failure shows it.
  it('give inputs that the action has, and all that it needs', () => {
    for (const code of ours) {
      const steps = stepsIn(parse(code))
      expect({ code, steps: steps.length }).not.toEqual({ code, steps: 0 })
      for (const step of steps) {
        const manifest = manifestOf(step.uses)
        if (manifest === undefined) continue
        expect(ACTION_FILES).toContain(manifest)
        const { inputs } = readAction(manifest)
        const given = Object.keys(step.with ?? {})
        expect({ code, unknown: given.filter((name) => !(name in inputs)) }).toEqual({ code, unknown: [] })
        const needed = Object.keys(inputs).filter((name) => inputs[name]?.required === true)
        expect({ code, missing: needed.filter((name) => !given.includes(name)) }).toEqual({ code, missing: [] })
      }
    }
  })

  it('give as environment variables only inputs that export has', () => {
    const { inputs } = readAction('export/action.yml')
    const names = [...textOf(file).matchAll(/\bINPUT_([A-Z-]+)/g)].map(([, name = '']) => name.toLowerCase())
    expect(names.filter((name) => !(name in inputs))).toEqual([])
  })

  it('refer to outputs that the step has', () => {
    for (const code of ours) {
      const steps = stepsIn(parse(code))
      for (const [reference, id, name = ''] of code.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        const step = steps.find((candidate) => candidate.id === id)
        expect({ code, reference, step: step !== undefined }).toEqual({ code, reference, step: true })
        const manifest = manifestOf(step?.uses)
        if (manifest === undefined) continue
        expect({ code, reference, declared: name in readAction(manifest).outputs }).toEqual({
          code,
          reference,
          declared: true,
        })
      }
    }
  })

  it('pass outputs to scripts through env, never by interpolation', () => {
    for (const code of ours) {
      for (const step of stepsIn(parse(code))) expect(step.run ?? '').not.toMatch(/\$\{\{/)
    }
  })

  it('quote a ticket that is written out', () => {
    for (const code of ours)
      for (const step of stepsIn(parse(code))) expect(typeof step.with?.['ticket']).not.toBe('number')
  })
})
