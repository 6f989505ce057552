// The same request with the official SDK.
import { Client, withUserAccessToken } from '@larksuiteoapi/node-sdk'

const { BASE_URL, TICKET, TOKEN, ACCESS_TOKEN } = process.env
const client = new Client({ appId: 'cli_x', appSecret: 'x', domain: BASE_URL, disableTokenCache: true })
const { code, data } = await client.drive.exportTask.get(
  { path: { ticket: TICKET }, params: { token: TOKEN } },
  withUserAccessToken(ACCESS_TOKEN),
)
if (code !== 0 || data.result.job_status !== 0) process.exitCode = 1
console.log(data.result.file_token)
