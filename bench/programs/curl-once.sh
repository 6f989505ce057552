#!/bin/sh
# The same request with curl and jq.
set -eu
curl --fail --silent --header "authorization: Bearer $ACCESS_TOKEN" \
  "$BASE_URL/open-apis/drive/v1/export_tasks/$TICKET?token=$TOKEN" |
  jq --exit-status --raw-output 'select(.code == 0 and .data.result.job_status == 0).data.result.file_token'
