import { afterAll, describe, expect, it } from '@jest/globals'
import { readWaitInputs } from '../../src/wait/inputs.js'
import { startEmulator } from '../emulator/index.js'
import { expectWaitSuccess, expectWaitFailure, buildWaitInputs, runWait } from '../wait/support.js'
import { refusalOf } from './refusal.js'
import { runAction, type Inputs } from './run-action.js'

const emulator = await startEmulator()
/** An emulator that must get no request. */
const untouched = await startEmulator()
afterAll(() => Promise.all([emulator.stop(), untouched.stop()]))

const task = emulator.addTask()
const SECRET = 't-g1044qSECRETsecretSECRETsecretSECRETsecret'
const JWT = `eyJhbGciOiJFUzI1NiJ9.${'c2VjcmV0'.repeat(40)}.sig`

// What is wrong, the inputs that differ, and what the sentence must contain: the input, the fault and the advice.
const FAULTS: readonly (readonly [fault: string, inputs: Inputs, words: RegExp])[] = [
  ['no ticket', { ticket: '' }, /`ticket` is empty.*create step's output/],
  ['blanks for a ticket', { ticket: ' \t\n' }, /`ticket` is empty/],
  [
    'a ticket that YAML rounded',
    { ticket: '7.14313181384881E+18' },
    /`ticket` is "7\.14313181384881E\+18".*without quotes.*Quote it/,
  ],
  ['a ticket rounded to one digit', { ticket: '7E+18' }, /`ticket`.*Quote it/],
  ['a path for a ticket', { ticket: '../../v1/files' }, /`ticket` is "\.\.\/\.\.\/v1\/files", which is no ticket/],
  ['a ticket with a query', { ticket: '714?x=1' }, /`ticket`.*no ticket/],
  ['a ticket with a line break', { ticket: '714\n::error::x' }, /`ticket` is "714 ::error::x"/],
  ['a ticket that is too long', { ticket: '7'.repeat(65) }, /`ticket`.*no ticket/],
  ['a credential for a ticket', { ticket: SECRET }, /`ticket` looks like a credential \(it is not shown here\)/],
  ['no token', { token: '' }, /`token` is empty.*create step's output/],
  [
    'a tenant token for a token',
    { token: SECRET },
    /`token` looks like a credential \(it is not shown here\).*`access-token`/,
  ],
  ['a JWT for a token', { token: JWT }, /`token` looks like a credential/],
  ['an app id for a token', { token: 'cli_a1b2c3d4e5f60708' }, /`token` looks like a credential/],
  ['a link for a token', { token: 'https://x.feishu.cn/docx/AbC' }, /`token` is a link.*last part/],
  ['a path for a token', { token: 'AbC/../x' }, /`token` is "AbC\/\.\.\/x".*only letters/],
  ['a token that is too long', { token: 'A'.repeat(65) }, /`token` has 65 characters.*at most 64/],
  [
    'no credential',
    { 'access-token': '' },
    /No credential: .*`access-token`.*`app-id` and `app-secret`.*forks.*Dependabot/,
  ],
  ['two credentials', { 'app-id': 'cli_x', 'app-secret': 'y' }, /both given.*one kind/],
  ['an app secret beside a token', { 'app-secret': 'y' }, /both given/],
  ['an empty app secret', { 'access-token': '', 'app-id': 'cli_x' }, /`app-secret` is empty.*forks.*Dependabot/],
  ['an empty app id', { 'access-token': '', 'app-secret': 'y' }, /`app-id` is empty.*Dependabot/],
  ['a bearer', { 'access-token': `Bearer ${SECRET}` }, /`access-token` begins with "Bearer"/],
  ['a token of two lines', { 'access-token': `${SECRET}\nx: y` }, /`access-token` holds a blank, a line break/],
  ['a token in Chinese', { 'access-token': '令牌' }, /`access-token` holds/],
  [
    'an app secret with a blank',
    { 'access-token': '', 'app-id': 'cli_a', 'app-secret': 'b c' },
    /`app-secret` holds a blank/,
  ],
  [
    'no number',
    { 'timeout-seconds': 'ten' },
    /`timeout-seconds` is "ten", which is not a positive number.*for example 600/,
  ],
  ['a negative number', { 'timeout-seconds': '-1' }, /`timeout-seconds` is "-1"/],
  ['zero', { 'timeout-seconds': '0' }, /`timeout-seconds` is "0"/],
  ['infinity', { 'timeout-seconds': 'Infinity' }, /`timeout-seconds` is "Infinity"/],
  ['a number without end', { 'timeout-seconds': '9'.repeat(400) }, /`timeout-seconds` is "9+…".*at most 8640000/],
  ['an exponent', { 'timeout-seconds': '1e3' }, /`timeout-seconds`/],
  ['a unit', { 'timeout-seconds': '10m' }, /`timeout-seconds`/],
  ['a zero interval', { 'poll-interval-seconds': '0.0' }, /`poll-interval-seconds` is "0\.0"/],
  ['a negative interval', { 'poll-interval-seconds': '-5' }, /`poll-interval-seconds`/],
  ['no job', { 'parallel-jobs': '0' }, /`parallel-jobs` is "0".*whole number from 1/],
  ['half a job', { 'parallel-jobs': '1.5' }, /`parallel-jobs`/],
  ['too many jobs', { 'parallel-jobs': '10001' }, /`parallel-jobs`/],
  ['an expression for jobs', { 'parallel-jobs': '${{ strategy.job-total }}' }, /`parallel-jobs`/],
  ['no address', { 'base-url': 'open.feishu.cn' }, /`base-url`.*no web address.*https:\/\/open\.feishu\.cn/],
  ['plain http', { 'base-url': 'http://open.feishu.cn' }, /`base-url`.*not https.*in the clear/],
  ['another protocol', { 'base-url': 'ftp://127.0.0.1' }, /`base-url`.*not https/],
  [
    'an address with a password',
    { 'base-url': `https://me:${SECRET}@open.feishu.cn` },
    /`base-url` is a text that is not shown here, which carries a user/,
  ],
  [
    'a password without https',
    { 'base-url': `me:${SECRET}@open.feishu.cn` },
    /`base-url` is a text that is not shown here/,
  ],
  [
    'a broken address with a password',
    { 'base-url': `https://me:${SECRET}@open feishu` },
    /`base-url` is a text that is not shown here/,
  ],
  ['an address with a query', { 'base-url': `https://open.feishu.cn/?token=${SECRET}` }, /`base-url`.*carries a query/],
  [
    'an address with a fragment',
    { 'base-url': 'https://open.feishu.cn/#x' },
    /`base-url`.*carries a query or a # part/,
  ],
  [
    "the API's path",
    { 'base-url': 'https://open.feishu.cn/open-apis' },
    /`base-url`.*path of the API.*https:\/\/open\.feishu\.cn/,
  ],
  ["a document's host", { 'base-url': 'https://x.feishu.cn' }, /`base-url`.*host of documents/],
]

describe('a wrong input is reported in a sentence', () => {
  it.each(FAULTS)('%s', (_, inputs, words) => {
    const message = refusalOf(readWaitInputs, buildWaitInputs(untouched, task, inputs))
    expect(message).toMatch(words)
    expect(message).toMatch(/^[^\n]*\.$/)
    for (const secret of [SECRET, JWT]) expect(message).not.toContain(secret)
  })
})

describe('a wrong input fails the step before any request', () => {
  it.concurrent.each(FAULTS.filter((_, nth) => nth % 8 === 0))('%s', async (_, inputs, words) => {
    const step = await runAction('wait', buildWaitInputs(untouched, task, inputs))
    const message = expectWaitFailure(step)
    expect(message).toMatch(words)
    expect(message).toMatch(/^[^\n]*\.$/)
    expect(step.outputs).not.toHaveProperty('status')
    const printed = [...step.lines.filter((line) => !line.startsWith('::add-mask::')), step.summary]
    for (const secret of [SECRET, JWT]) expect(printed.join('\n')).not.toContain(secret)
    expect(untouched.requests).toEqual([])
  })

  it.concurrent('a credential in the wrong place is masked all the same', async () => {
    const step = await runAction('wait', buildWaitInputs(untouched, task, { token: SECRET }))
    expect(step.masks).toEqual([untouched.accessToken, SECRET])
  })

  it.concurrent('nothing given at all', async () => {
    expect(expectWaitFailure(await runAction('wait', {}))).toMatch(/^No credential/)
  })
})

describe('these are accepted:', () => {
  it.concurrent('blanks and line breaks around every value', async () => {
    const own = emulator.addTask()
    const around = (value: string): string => `\n \t${value} \n`
    const inputs = buildWaitInputs(emulator, own, { 'poll-interval-seconds': 1, 'parallel-jobs': 1 })
    const padded = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, around(String(value))]))
    expectWaitSuccess(await runAction('wait', padded))
  })

  it.concurrent('an uppercase scheme and host, a fraction of a second, a very long timeout', async () => {
    const own = emulator.addTask()
    expectWaitSuccess(
      await runWait(emulator, own, {
        'base-url': emulator.url.toUpperCase(),
        'timeout-seconds': '8640000',
        'poll-interval-seconds': '0.25',
      }),
    )
  })
})
