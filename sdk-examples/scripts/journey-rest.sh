#!/bin/sh
# The journey of a customer over REST with curl: sign up, pay in the sandbox, upload a video straight to the object
# store, transcode it, look at the money, play it. Needs curl and jq, and ffmpeg unless VIDEO names a file.
#   CLOUDLET_URL  the server, http://127.0.0.1:8080 unless set
#   VIDEO         a video file; made with ffmpeg unless set
set -eu

URL=${CLOUDLET_URL:-http://127.0.0.1:8080}
for tool in curl jq; do
  command -v "$tool" > /dev/null || { echo "journey-rest: this script needs $tool; install it and run again." >&2; exit 2; }
done
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
umask 077
: > "$WORK/auth"
BEGIN=$(date +%s)
STEP=0

step() { STEP=$((STEP + 1)); printf '\n%s. %s (%s s)\n' "$STEP" "$1" "$(($(date +%s) - BEGIN))"; }
fail() { echo "The journey ends here: $1" >&2; exit 1; }
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# call METHOD PATH [JSON]: the answer; a failure prints the server's own words. The token is in a file and the body
# goes by standard input, so that neither stands on a command line.
call() {
  status=$(printf '%s' "${3:-}" | curl -sS -o "$WORK/answer" -w '%{http_code}' --max-time 60 -X "$1" \
    -H 'content-type: application/json' -H "@$WORK/auth" ${3:+--data-binary @-} "$URL$2") || fail "$URL does not answer"
  case $status in 2??) cat "$WORK/answer" ;; *)
    jq -r '"\(.error.reason): \(.error.message) (request \(.error.request_id // .error.requestId))"' "$WORK/answer" >&2 \
      || cat "$WORK/answer" >&2
    fail "$1 $2 answered $status" ;;
  esac
}
# field JSON NAME...: a value by its path in snake_case; answers may be in snake_case or camelCase.
field() {
  json=$1; shift
  printf '%s' "$json" | jq -r --args '
    def camel: gsub("_(?<c>[a-z])"; .c | ascii_upcase);
    reduce $ARGS.positional[] as $key (.; if . == null then null else (.[$key] // .[$key | camel]) end) // empty' "$@"
}

EMAIL="ada-$(random 4)@example.com"
PASSWORD="pw-$(random 12)"

step "sign up as $EMAIL"
ANSWER=$(call POST /v1/auth:register "$(jq -n --arg e "$EMAIL" --arg p "$PASSWORD" --arg r "$(random 16)" \
  '{email: $e, password: $p, name: "Ada Lovelace", request_id: $r}')")
REGISTRATION=$(field "$ANSWER" registration_id)
CODE=
TRIES=0
while [ -z "$CODE" ]; do
  [ "$TRIES" -lt 60 ] || fail "no mail with a code came within 30 s"
  TRIES=$((TRIES + 1))
  CODE=$(call GET "/v1/dev/inbox?to=$EMAIL" | jq -r '[.messages[]?.text | capture("(?<c>\\b[0-9]{6}\\b)").c][0] // empty')
  [ -n "$CODE" ] || sleep 0.5
done
echo "   code $CODE read from the inbox"
call POST /v1/auth:verifyEmail "$(jq -n --arg i "$REGISTRATION" --arg o "$CODE" --arg r "$(random 16)" \
  '{registration_id: $i, otp: $o, request_id: $r}')" > /dev/null
ANSWER=$(call POST /v1/auth:login "$(jq -n --arg e "$EMAIL" --arg p "$PASSWORD" --arg r "$(random 16)" \
  '{email: $e, password: $p, request_id: $r}')")
printf 'authorization: Bearer %s\n' "$(field "$ANSWER" session access_token)" > "$WORK/auth"
echo "   signed in as $(field "$ANSWER" session user id)"

step "buy 100 coins in the sandbox"
ANSWER=$(call POST /v1/payments/orders "$(jq -n --arg r "$(random 16)" '{amount: {minor: "10000"}, request_id: $r}')")
ORDER=$(field "$ANSWER" order id)
CHECKOUT=$(field "$ANSWER" order checkout_url)
curl -sS --fail --max-time 30 "$CHECKOUT" > "$WORK/checkout" || fail "the checkout page does not answer"
# The form's hidden field, as a browser would send it back.
NAME=$(sed -n 's/.*<input type="hidden" name="\([^"]*\)" value="[^"]*".*/\1/p' "$WORK/checkout" | head -n 1)
VALUE=$(sed -n 's/.*<input type="hidden" name="[^"]*" value="\([^"]*\)".*/\1/p' "$WORK/checkout" | head -n 1)
[ -n "$NAME" ] || fail "the checkout page has no form"
curl -sS --max-time 30 -o /dev/null --data-urlencode "$NAME=$VALUE" --data-urlencode action=pay "$CHECKOUT"
AVAILABLE=0
TRIES=0
while [ "$AVAILABLE" != 10000 ]; do
  [ "$TRIES" -lt 60 ] || fail "$ORDER was paid and no coins came within 30 s"
  TRIES=$((TRIES + 1))
  AVAILABLE=$(field "$(call GET /v1/wallet)" available minor)
  [ "$AVAILABLE" = 10000 ] || sleep 0.5
done
echo "   $ORDER paid, balance $AVAILABLE minor units"

step "enable 1 GB of storage"
ANSWER=$(call POST /v1/storage "$(jq -n --arg r "$(random 16)" '{size_gb: 1, request_id: $r}')")
echo "   $(field "$ANSWER" storage quota_bytes) bytes at $(field "$ANSWER" storage endpoint)"

FILE=${VIDEO:-}
if [ -z "$FILE" ]; then
  step "make a video of 30 s with ffmpeg"
  command -v ffmpeg > /dev/null || fail "ffmpeg is not there; name a video file in VIDEO, such as sdk-examples/src/main/resources/dev/cloudlet/examples/journey.mp4"
  FILE=$WORK/journey.mp4
  ffmpeg -nostdin -y -loglevel error -f lavfi -i testsrc2=size=1280x720:rate=30:duration=30 \
    -f lavfi -i sine=frequency=440:duration=30 -c:v libx264 -preset veryfast -pix_fmt yuv420p -c:a aac -shortest "$FILE"
fi
SIZE=$(($(wc -c < "$FILE")))

step "upload $SIZE bytes straight to the object store"
ANSWER=$(call POST /v1/videos "$(jq -n --arg s "$SIZE" --arg r "$(random 16)" \
  '{file_name: "journey.mp4", size_bytes: $s, content_type: "video/mp4", request_id: $r}')")
VIDEO_ID=$(field "$ANSWER" video id)
printf '%s' "$ANSWER" | jq -r '.ticket.headers | to_entries[] | select(.key | ascii_downcase | IN("host", "content-length") | not)
  | "\(.key): \(.value)"' > "$WORK/headers"
curl -S --fail --progress-bar --max-time 1800 -o /dev/null -H "@$WORK/headers" --upload-file "$FILE" \
  "$(field "$ANSWER" ticket url)" || fail "the object store did not take the file"
ANSWER=$(call POST "/v1/videos/$VIDEO_ID:completeUpload" "$(jq -n --arg r "$(random 16)" '{request_id: $r}')")
echo "   $VIDEO_ID, the server measured $(field "$ANSWER" video source_bytes) bytes"

step "transcode"
ANSWER=$(call POST "/v1/videos/$VIDEO_ID:transcode" "$(jq -n --arg r "$(random 16)" '{request_id: $r}')")
JOB=$(field "$ANSWER" job id)
STATE=
LAST=
TRIES=0
while :; do
  [ "$TRIES" -lt 1800 ] || fail "$JOB did not end within 30 minutes"
  TRIES=$((TRIES + 1))
  ANSWER=$(call GET "/v1/jobs/$JOB")
  STATE=$(field "$ANSWER" job state)
  LINE="$(printf '%s' "$ANSWER" | jq -r '((.job.progress.fraction // 0) * 100 | floor | tostring) + " % " + (.job.progress.stage // "")')"
  [ "$LINE" = "$LAST" ] || echo "   $LINE"
  LAST=$LINE
  case $STATE in
    JOB_STATE_SUCCEEDED) break ;;
    JOB_STATE_FAILED | JOB_STATE_CANCELLED) fail "$JOB is $STATE: $(field "$ANSWER" job failure message)" ;;
  esac
  sleep 1
done
COST=$(field "$ANSWER" job cost minor)

step "look at the money"
echo "   charged $COST minor units for $SIZE bytes"
BALANCE=$(call GET /v1/wallet)
echo "   balance $(field "$BALANCE" available minor), held $(field "$BALANCE" held minor)"
call GET '/v1/wallet/entries?page_size=100' \
  | jq -r '.entries[] | "     \(.change.minor // 0) -> \((.available_after // .availableAfter).minor // 0)  \(.description)"'
STATEMENT=$(call GET /v1/wallet/statement)
[ "$(field "$STATEMENT" closing minor)" = "$(field "$BALANCE" available minor)" ] || fail "the statement ends elsewhere"
echo "   statement closes at $(field "$STATEMENT" closing minor)"
LEDGER=$(call GET /v1/wallet:conservation)
[ "$(field "$LEDGER" conserved)" = true ] || fail "the ledger is not conserved"
echo "   ledger: debits $(field "$LEDGER" debits minor) = credits $(field "$LEDGER" credits minor)"

step "play"
ANSWER=$(call POST "/v1/videos/$VIDEO_ID:playback" "$(jq -n --arg r "$(random 16)" '{request_id: $r}')")
curl -sS --fail --max-time 30 "$(field "$ANSWER" master_url)" > "$WORK/master" || fail "the master playlist does not answer 200"
[ "$(head -n 1 "$WORK/master" | tr -d '\r')" = '#EXTM3U' ] || fail "the master playlist is not one"
echo "   master playlist 200"
printf '\nWatch it here:\n  %s\n\nAll of it took %s s.\n' "$(field "$ANSWER" player_url)" "$(($(date +%s) - BEGIN))"
