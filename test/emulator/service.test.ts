import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { call } from './client.js'
import { answers, startEmulator, type Emulator } from './index.js'

let emulator: Emulator

beforeEach(async () => {
  emulator = await startEmulator()
})

afterEach(() => emulator.stop())

const TASKS = 'drive/v1/export_tasks'
const FILES = 'drive/v1/files'

function outcome({ status, json }: { status: number; json: { code: number } }): string {
  return `${json.code} ${status}`
}

describe('credentials', () => {
  const MINT = 'auth/v3/tenant_access_token/internal'

  async function mint(secret = emulator.appSecret) {
    return call(emulator, MINT, { body: { app_id: emulator.appId, app_secret: secret }, token: null })
  }

  it('mints the same token until it is revoked or expires soon', async () => {
    const first = (await mint()).json
    expect(first).toEqual({ code: 0, expire: 7200, msg: 'ok', tenant_access_token: expect.stringMatching(/^t-/) })
    emulator.advance(5_000_000)
    const again = (await mint()).json
    expect(again['tenant_access_token']).toBe(first['tenant_access_token'])
    expect(again['expire']).toBeGreaterThan(2190)
    expect(again['expire']).toBeLessThanOrEqual(2200)
    emulator.advance(500_000)
    const second = (await mint()).json['tenant_access_token']
    expect(second).not.toBe(first['tenant_access_token'])
    emulator.revoke(String(second))
    expect((await mint()).json['tenant_access_token']).not.toBe(second)
    emulator.mintBehaviour.reuse = 'always'
    const reused = (await mint()).json['tenant_access_token']
    emulator.revoke(String(reused))
    expect((await mint()).json['tenant_access_token']).toBe(reused)
    emulator.mintBehaviour.reuse = 'never'
    const [one, other] = [await mint(), await mint()].map(({ json }) => json['tenant_access_token'])
    expect(one).not.toBe(other)
  })

  it('refuses a wrong secret with HTTP 200, and unknown, revoked and expired tokens', async () => {
    expect(outcome(await mint('wrong'))).toBe('10014 200')
    const expired = emulator.addUserToken({ lifeMs: 10 })
    emulator.advance(10)
    emulator.revoke(emulator.userToken)
    emulator.revoke(emulator.accessToken)
    const refusals: [string | null, string][] = [
      [null, '99991661 400'],
      [emulator.accessToken, '99991663 400'],
      [emulator.userToken, '99991668 400'],
      [expired, '99991677 401'],
      ['t-unknown', '99991663 400'],
      ['nonsense', '99991671 400'],
    ]
    for (const [token, expected] of refusals) expect(outcome(await call(emulator, FILES, { token }))).toBe(expected)
  })
})

describe('limits and errors', () => {
  it('refuses the request after the last one, for each app and API separately, and lets it pass after the reset', async () => {
    emulator.setLimit('folder', { kind: 'sliding', requests: 2, windowMs: 60_000 })
    emulator.addApp('cli_other', 'secret')
    expect(emulator.useUp('folder', 1)).toBe(1)
    expect(outcome(await call(emulator, FILES))).toBe('0 200')
    const refused = await call(emulator, FILES)
    expect(outcome(refused)).toBe('99991400 429')
    expect(refused.headers.get('x-ogw-ratelimit-limit')).toBe('2')
    const reset = Number(refused.headers.get('x-ogw-ratelimit-reset'))
    expect(reset).toBe(60)
    expect(outcome(await call(emulator, FILES, { token: emulator.addTenantToken({ appId: 'cli_other' }) }))).toBe(
      '0 200',
    )
    expect(outcome(await call(emulator, 'wiki/v2/spaces/1'))).toBe('131005 400')
    emulator.advance(reset * 1000)
    expect(outcome(await call(emulator, FILES))).toBe('0 200')
  })

  it('limits the downloads of files and of media to 10,000 a day', () => {
    for (const api of ['file-download', 'media-download'] as const) {
      for (let second = 0; second < 2000; second += 1) {
        emulator.useUp(api, 5)
        emulator.advance(1000)
      }
      expect(emulator.useUp(api, 1)).toBe(0)
      emulator.advance(86_400_000)
      expect(emulator.useUp(api, 1)).toBe(1)
    }
  })

  it('refuses in the form that `refusal` says', async () => {
    emulator.setLimit('folder', { kind: 'bucket', requests: 1, windowMs: 9000 })
    emulator.useUp('folder', 1)
    emulator.refusal.form = '9499-400'
    emulator.refusal.headers = 'retry-after'
    const refused = await call(emulator, FILES)
    expect(outcome(refused)).toBe('9499 400')
    expect(refused.json.msg).toMatch(/too many request/)
    expect(refused.headers.get('retry-after')).toBe('9')
    expect(refused.headers.get('x-ogw-ratelimit-reset')).toBeNull()
  })

  it('refuses requests for documents with HTTP 400 unless `refusal` says otherwise', async () => {
    const { token } = emulator.addDocument({ type: 'docx' })
    emulator.useUp('blocks', 5)
    const blocks = `docx/v1/documents/${token}/blocks`
    expect(outcome(await call(emulator, blocks))).toBe('99991400 400')
    emulator.refusal.form = '99991400-429'
    expect(outcome(await call(emulator, blocks))).toBe('99991400 429')
  })

  it('has all six forms', async () => {
    const seen: string[] = []
    for (const form of answers.RATE_LIMIT_FORMS) {
      emulator.script('folder', [answers.rateLimited(form, { resetSeconds: 7 })])
      const response = await fetch(`${emulator.url}/open-apis/${FILES}`)
      const text = await response.text()
      expect(response.headers.get('x-ogw-ratelimit-reset')).toBe('7')
      seen.push(`${text === '' ? 'bare' : String((JSON.parse(text) as { code: number }).code)}-${response.status}`)
    }
    expect(seen).toEqual(answers.RATE_LIMIT_FORMS)
  })

  it('knows with which status a code comes', () => {
    const statuses = [1061045, 234037].map((code) => answers.error(code).status)
    expect(statuses).toEqual([429, 200])
  })

  it('adds the log id to errors, and refuses unknown paths and methods', async () => {
    const { headers, json } = await call(emulator, 'nothing/here')
    expect(json).toMatchObject({ code: 99991201, error: { log_id: headers.get('x-tt-logid') } })
    expect(outcome(await call(emulator, TASKS))).toBe('99991301 405')
    emulator.script('folder', [answers.scopeMissing(['drive:drive', 'drive:drive:readonly'])])
    expect((await call(emulator, FILES)).json.error).toMatchObject({
      log_id: expect.any(String),
      troubleshooter: expect.stringContaining('log_id='),
      permission_violations: [
        { type: 'action_scope_required', subject: 'drive:drive' },
        { type: 'action_scope_required', subject: 'drive:drive:readonly' },
      ],
      helps: [{ url: expect.stringMatching(/^https:\/\/open\.feishu\.cn\/app\/cli_/) }],
    })
  })
})

describe('scripts', () => {
  it('that are bound to a token or ticket come first; each counts its own requests; a script can be removed', async () => {
    const [a, b] = [emulator.addTask(), emulator.addTask()]
    const query = async ({ ticket, document }: typeof a) =>
      outcome(await call(emulator, `${TASKS}/${ticket}?token=${document.token}`))
    const remove = emulator.script('query', () => answers.error(1069901))
    emulator.script('query', [undefined, answers.error(1069902)], { ticket: a.ticket })
    emulator.script('any', (_, nth) => answers.error(600, { msg: String(nth) }), { token: b.document.token })
    expect([await query(a), await query(a), await query(a)]).toEqual(['1069901 500', '1069902 403', '1069901 500'])
    expect([await query(b), await query(b)]).toEqual(['600 200', '600 200'])
    remove()
    expect(await query(a)).toBe('0 200')
    expect(emulator.requestsTo('query').map(({ answeredCode }) => answeredCode)).toEqual([
      1069901, 1069902, 1069901, 600, 600, 0,
    ])
  })
})
