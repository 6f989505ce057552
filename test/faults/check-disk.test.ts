import { describe, expect, it } from '@jest/globals'
import path from 'node:path'
import type { StepResult } from '../process/run-action.js'
import { checkDisk } from './check-disk.js'

const ROOT = path.resolve('/root')
const BODY = Buffer.from('the file')

/** Checks a step that wrote `name` into the root, with the inputs `nameInput` and `extension`. @returns the problems */
const check = (name: string, nameInput: string, extension: string): string[] => {
  const step = { signal: null, outputs: { path: path.join(ROOT, name), 'file-name': name } } as unknown as StepResult
  return checkDisk(new Map(), new Map([[name, BODY]]), ROOT, step, {
    body: BODY,
    directory: ROOT,
    name: nameInput,
    extension,
  })
}

describe('the check of the disk', () => {
  it('accepts a file with the given name and extension', () => {
    expect(check('A.pdf', ' A. ', 'pdf')).toEqual([])
  })

  it('does not check a step that a signal ended, which may have written its file before', () => {
    const step = { signal: 'SIGINT', outputs: {} } as unknown as StepResult
    expect(checkDisk(new Map(), new Map([['A', BODY]]), ROOT, step, undefined)).toEqual([])
    expect(checkDisk(new Map(), new Map([['A', BODY]]), ROOT, { ...step, signal: null }, undefined)).toEqual([
      'left behind: A',
    ])
  })

  it.each([
    ['con', 'pdf', '_con.pdf'],
    ['.github', '', '_.github'],
    ['.pdf', 'pdf', '_.pdf'],
  ])('accepts that the name %j with the extension %j is changed to %j', (given, extension, name) => {
    expect(check(name, given, extension)).toEqual([])
  })

  it('finds another name than the given one, also with an unusual extension', () => {
    expect(check('B.pdf', 'A', 'pdf')).toEqual(['the name "B.pdf": it does not begin with A'])
    expect(check('B.PDF', 'A', '.PDF')).toEqual(['the name "B.PDF": it does not begin with A'])
  })
})
