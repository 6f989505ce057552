import { afterAll, describe, expect, it } from '@jest/globals'
import { readCreateInputs } from '../../src/create/inputs.js'
import { startEmulator } from '../emulator/index.js'
import { refusalOf } from './refusal.js'
import { runAction, type Inputs, type RunOptions, type StepResult } from './run-action.js'

const emulator = await startEmulator()
/** An emulator that must get no request. */
const untouched = await startEmulator()
afterAll(() => Promise.all([emulator.stop(), untouched.stop()]))

/** Runs the built create action; by default, for a pdf. */
const create = (inputs: Inputs, { url, accessToken } = emulator, options: RunOptions = {}): Promise<StepResult> =>
  runAction(
    'create',
    {
      'base-url': url,
      'access-token': accessToken,
      'timeout-seconds': 10,
      'file-extension': 'pdf',
      ...inputs,
    },
    options,
  )

/** Reads the inputs of the create action in this process. @returns the message about the first wrong input */
const refusal = (inputs: Inputs): string =>
  refusalOf(readCreateInputs, { 'access-token': untouched.accessToken, 'file-extension': 'pdf', ...inputs })

describe('a link as it is pasted', () => {
  it.concurrent.each<readonly [string, (link: string) => string]>([
    ['with its title before it and words behind', (link) => `【供货合同 2026/v1.2】${link} 复制链接`],
    ['in a sentence', (link) => `合同：${link}，请查看。`],
    ['with words that touch it', (link) => `${link}复制链接`],
    ['in a list', (link) => `- [ ] <${link}>`],
    ['in Markdown', (link) => `[${link}](${link})`],
    ['with invisible characters', (link) => `\u200b${link.slice(0, 30)}\u200b${link.slice(30)}\u2060\ufeff`],
    [
      'in full-width characters',
      (link) => link.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
    ],
    ['wrapped for the app', (link) => `https://applink.feishu.cn/client/docs/open?URL=${encodeURIComponent(link)}`],
    ['wrapped for the app, plainly', (link) => `https://applink.feishu.cn/client/docs/open?url=${link}`],
  ])('%s', async (_, paste) => {
    const { token } = emulator.addDocument({ type: 'docx' })
    const step = await create({ url: paste(`https://acme.feishu.cn/docx/${token}?from=from_copylink`) })
    expect(step.errors).toEqual([])
    expect(step.outputs).toMatchObject({ token, type: 'docx' })
  })
})

describe('a link that only looks like that of a document is refused, and the message says what it is', () => {
  it.each([
    ['https://applink.feishu.cn/client/web_app/open?appId=cli_x', /opens the Feishu app/],
    ['https://acme.feishu.cn/base/form/shrcnAbC', /form.*base/],
    ['https://acme.feishu.cn/base/workspace/wsAbC', /workspace/],
    ['https://acme.feishu.cn/base/automation/AbC', /automation/],
    ['https://open.feishu.cn/document/server-docs/docs/wiki-v2/space/list', /developer documentation/],
    ['https://acme.feishu.cn/docx/DoxcnAbCd...', /cut off.*whole/],
    ['https://acme.feishu.cn/docx/DoxcnAbCd…', /cut off.*whole/],
    ['https://acme.feishu.cn/minutes/obcnAbC', /minutes.*妙记/],
    ['https://acme.feishu.cn/docx/AbC https://acme.feishu.cn/docx/DeF', /several links.*one/],
    ['https://acme.feishu.cn/file/boxcnAbC', /uploaded file.*export action/],
    ['https://acme.feishu.cn/drive/folder/fldcnAbC', /folder.*export action/],
    ['https://acme.feishu.cn/wiki/space/7143131813848813572', /knowledge base.*export action/],
    ['https://acme.feishu.cn/wiki/home', /knowledge base.*export action/],
  ])('%s', (url, words) => {
    expect(refusal({ url })).toMatch(words)
  })

  it('the id of a dashboard in a base is not taken for the id of a table', () => {
    const url = 'https://acme.feishu.cn/base/BasAbC?table=blkAbC'
    expect(refusal({ url, 'file-extension': 'csv' })).toMatch(/`sub-id` is empty/)
  })

  it('before any request', async () => {
    const step = await create({ url: 'https://acme.feishu.cn/wiki/home' }, untouched)
    expect(step.exitCode).toBe(1)
    expect(step.errors).toEqual([expect.stringMatching(/knowledge base.*export action/)])
    expect(untouched.requests).toEqual([])
  })
})

it.each([
  ['a required input', { 'file-extension': '', file_extension: 'pdf' }],
  ['an optional input', { timeout_seconds: 5, 'timeout-seconds': '' }],
  ['an input whose default the runner sets', { timeout_seconds: 5, 'timeout-seconds': 120 }],
])('an underscore in the name of %s is refused before any request', async (_, inputs) => {
  const step = await create({ url: 'https://acme.feishu.cn/docx/AbC', ...inputs }, untouched)
  expect(step.exitCode).toBe(1)
  expect(step.errors).toEqual([
    expect.stringMatching(/^Input `(\w+)_(\w+)` does not exist\. Write `\1-\2`; .* with the hyphen\.$/),
  ])
  expect(untouched.requests).toEqual([])
})

it.each([
  [
    'in a plain shell, the action warns',
    '',
    [expect.stringMatching(/^Input "format" does not exist .* file-extension/)],
  ],
  ['on a runner, which warns itself, the action does not', 'true', []],
])('an input that does not exist: %s', async (_, isRunner, warnings) => {
  const { token } = emulator.addDocument({ type: 'docx' })
  const step = await create({ url: `https://acme.feishu.cn/docx/${token}`, format: 'pdf' }, emulator, {
    env: { GITHUB_ACTIONS: isRunner },
  })
  expect(step.exitCode).toBe(0)
  expect(step.warnings).toEqual(warnings)
})

it('a token of up to 64 characters is sent to the service', async () => {
  const long = 'a'.repeat(64)
  emulator.addDocument({ type: 'docx', token: long })
  expect((await create({ token: long, type: 'docx' })).outputs).toMatchObject({ token: long })
  expect((await create({ url: `https://acme.feishu.cn/docx/${long}` })).outputs).toMatchObject({ token: long })
  const unknown = await create({ token: 'b'.repeat(28), type: 'docx' })
  expect(unknown.errors).toEqual([expect.stringMatching(/code 10699/)])
  expect(refusal({ token: `${long}a`, type: 'docx' })).toMatch(/65 characters.*at most 64/)
})

describe('a credential that cannot be one is refused before any request, and not shown', () => {
  const secret = 'S3cretS3cretS3cretS3cretS3cret12'
  const app = { 'access-token': '', url: 'https://acme.feishu.cn/docx/AbC' }
  it.each<readonly [Inputs, RegExp]>([
    [{ 'app-id': 'FEISHU_APP_ID', 'app-secret': secret }, /`app-id` is a name.*\$\{\{ secrets\.NAME \}\}/],
    [{ 'app-id': 'secrets.FEISHU_APP_ID', 'app-secret': secret }, /`app-id` is a name/],
    [{ 'app-id': '${{ secrets.FEISHU_APP_ID }}', 'app-secret': secret }, /`app-id` is a name/],
    [{ 'app-id': '$FEISHU_APP_ID', 'app-secret': secret }, /`app-id` is a name/],
    [{ 'app-id': 'cli_a1b2c3d4e5f60708', 'app-secret': 'FEISHU_APP_SECRET' }, /`app-secret` is a name/],
    [{ 'app-id': secret, 'app-secret': 'cli_a1b2c3d4e5f60708' }, /`app-id` and `app-secret` are swapped/],
    [{ 'app-id': secret, 'app-secret': secret }, /`app-id` is no app id, which begins with `cli_`/],
    [{ 'app-id': 'cli_a1b2c3d4e5f60708', 'app-secret': 'cli_a1b2c3d4e5f60708' }, /`app-secret` is an app id/],
    [{ 'access-token': 'secrets.FEISHU_TOKEN' }, /`access-token` is a name/],
    [{ 'access-token': 'FEISHU_ACCESS_TOKEN' }, /`access-token` is a name/],
    [{ 'access-token': 'cli_a1b2c3d4e5f60708' }, /`access-token` is an app id/],
  ])('%j', (inputs, words) => {
    const message = refusal({ ...app, ...inputs })
    expect(message).toMatch(words)
    for (const value of Object.values(inputs)) expect(message).not.toContain(value || '\0')
  })
})
