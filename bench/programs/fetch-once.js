// What a user might write instead: one request with fetch.
/* global fetch */
const { BASE_URL, TICKET, TOKEN, ACCESS_TOKEN } = process.env
const answer = await fetch(`${BASE_URL}/open-apis/drive/v1/export_tasks/${TICKET}?token=${TOKEN}`, {
  headers: { authorization: `Bearer ${ACCESS_TOKEN}` },
})
const { code, data } = await answer.json()
if (code !== 0 || data.result.job_status !== 0) process.exitCode = 1
console.log(data.result.file_token)
