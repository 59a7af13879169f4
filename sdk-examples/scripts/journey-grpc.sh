#!/bin/sh
# The journey of a customer over gRPC with grpcurl or `buf curl`, by the server's own reflection: sign up, pay in the
# sandbox, upload a video straight to the object store, transcode it, look at the money, play it. Needs jq, curl (for
# the checkout page and the upload) and one of grpcurl and buf, and ffmpeg unless VIDEO names a file.
#   CLOUDLET_URL  the server, http://127.0.0.1:8080 unless set
#   VIDEO         a video file; made with ffmpeg unless set
set -eu

URL=${CLOUDLET_URL:-http://127.0.0.1:8080}
for tool in curl jq; do
  command -v "$tool" > /dev/null || { echo "journey-grpc: this script needs $tool; install it and run again." >&2; exit 2; }
done
if command -v grpcurl > /dev/null; then TOOL=grpcurl
elif command -v buf > /dev/null; then TOOL=buf
else echo "journey-grpc: this script needs grpcurl or buf; install one and run again." >&2; exit 2; fi
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
umask 077
export CLOUDLET_TOKEN=
BEGIN=$(date +%s)
STEP=0

step() { STEP=$((STEP + 1)); printf '\n%s. %s (%s s)\n' "$STEP" "$1" "$(($(date +%s) - BEGIN))"; }
fail() { echo "The journey ends here: $1" >&2; exit 1; }
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# call SERVICE/METHOD JSON: the answer or, of a stream, every answer. The body goes by standard input, and grpcurl
# reads the token from the environment, so that no secret of grpcurl stands on a command line.
call() {
  if [ "$TOOL" = grpcurl ]; then
    case $URL in https://*) plain= ;; *) plain=-plaintext ;; esac
    target=${URL#*://}
    case $target in *:*) ;; *) target=$target:443 ;; esac
    # The single quotes are meant: grpcurl expands the variable itself.
    # shellcheck disable=SC2016
    printf '%s' "$2" | grpcurl $plain ${CLOUDLET_TOKEN:+-expand-headers -H 'authorization: Bearer ${CLOUDLET_TOKEN}'} \
      -d @ "$target" "cloudlet.$1" || fail "$1 failed"
  else
    # A file of headers keeps the token off the command line.
    : > "$WORK/headers-in"
    [ -z "$CLOUDLET_TOKEN" ] || printf 'authorization: Bearer %s\n' "$CLOUDLET_TOKEN" > "$WORK/headers-in"
    case $URL in https://*) plain= ;; *) plain=--http2-prior-knowledge ;; esac
    printf '%s' "$2" | buf curl --protocol grpc $plain -H "@$WORK/headers-in" -d @- "$URL/cloudlet.$1" || fail "$1 failed"
  fi
}
field() { json=$1; shift; printf '%s' "$json" | jq -r --args 'getpath($ARGS.positional) // empty' "$@"; }

EMAIL="ada-$(random 4)@example.com"
PASSWORD="pw-$(random 12)"

step "sign up as $EMAIL ($TOOL)"
ANSWER=$(call identity.v1.AuthService/Register "$(jq -n --arg e "$EMAIL" --arg p "$PASSWORD" --arg r "$(random 16)" \
  '{email: $e, password: $p, name: "Ada Lovelace", requestId: $r}')")
REGISTRATION=$(field "$ANSWER" registrationId)
CODE=
TRIES=0
while [ -z "$CODE" ]; do
  [ "$TRIES" -lt 60 ] || fail "no mail with a code came within 30 s"
  TRIES=$((TRIES + 1))
  ANSWER=$(call dev.v1.InboxService/ListMessages "$(jq -n --arg t "$EMAIL" '{to: $t}')")
  CODE=$(printf '%s' "$ANSWER" | jq -r '[.messages[]?.text | capture("(?<c>\\b[0-9]{6}\\b)").c][0] // empty')
  [ -n "$CODE" ] || sleep 0.5
done
echo "   code $CODE read from the inbox"
call identity.v1.AuthService/VerifyEmail "$(jq -n --arg i "$REGISTRATION" --arg o "$CODE" --arg r "$(random 16)" \
  '{registrationId: $i, otp: $o, requestId: $r}')" > /dev/null
ANSWER=$(call identity.v1.AuthService/Login "$(jq -n --arg e "$EMAIL" --arg p "$PASSWORD" --arg r "$(random 16)" \
  '{email: $e, password: $p, requestId: $r}')")
CLOUDLET_TOKEN=$(field "$ANSWER" session accessToken)
echo "   signed in as $(field "$ANSWER" session user id)"

step "buy 100 coins in the sandbox"
ANSWER=$(call payments.v1.PaymentService/CreateOrder "$(jq -n --arg r "$(random 16)" '{amount: {minor: "10000"}, requestId: $r}')")
ORDER=$(field "$ANSWER" order id)
CHECKOUT=$(field "$ANSWER" order checkoutUrl)
curl -sS --fail --max-time 30 "$CHECKOUT" > "$WORK/checkout" || fail "the checkout page does not answer"
NAME=$(sed -n 's/.*<input type="hidden" name="\([^"]*\)" value="[^"]*".*/\1/p' "$WORK/checkout" | head -n 1)
VALUE=$(sed -n 's/.*<input type="hidden" name="[^"]*" value="\([^"]*\)".*/\1/p' "$WORK/checkout" | head -n 1)
[ -n "$NAME" ] || fail "the checkout page has no form"
curl -sS --max-time 30 -o /dev/null --data-urlencode "$NAME=$VALUE" --data-urlencode action=pay "$CHECKOUT"
AVAILABLE=0
TRIES=0
while [ "$AVAILABLE" != 10000 ]; do
  [ "$TRIES" -lt 60 ] || fail "$ORDER was paid and no coins came within 30 s"
  TRIES=$((TRIES + 1))
  ANSWER=$(call wallet.v1.WalletService/GetBalance '{}')
  AVAILABLE=$(field "$ANSWER" available minor)
  [ "$AVAILABLE" = 10000 ] || sleep 0.5
done
echo "   $ORDER paid, balance $AVAILABLE minor units"

step "enable 1 GB of storage"
ANSWER=$(call storage.v1.StorageService/EnableStorage "$(jq -n --arg r "$(random 16)" '{sizeGb: 1, requestId: $r}')")
echo "   $(field "$ANSWER" storage quotaBytes) bytes at $(field "$ANSWER" storage endpoint)"

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
ANSWER=$(call video.v1.VideoService/CreateVideo "$(jq -n --arg s "$SIZE" --arg r "$(random 16)" \
  '{fileName: "journey.mp4", sizeBytes: $s, contentType: "video/mp4", requestId: $r}')")
VIDEO_ID=$(field "$ANSWER" video id)
printf '%s' "$ANSWER" | jq -r '.ticket.headers | to_entries[] | select(.key | ascii_downcase | IN("host", "content-length") | not)
  | "\(.key): \(.value)"' > "$WORK/headers"
curl -S --fail --progress-bar --max-time 1800 -o /dev/null -H "@$WORK/headers" --upload-file "$FILE" \
  "$(field "$ANSWER" ticket url)" || fail "the object store did not take the file"
ANSWER=$(call video.v1.VideoService/CompleteVideoUpload "$(jq -n --arg v "$VIDEO_ID" --arg r "$(random 16)" '{videoId: $v, requestId: $r}')")
echo "   $VIDEO_ID, the server measured $(field "$ANSWER" video sourceBytes) bytes"

step "transcode, watched over a server stream"
ANSWER=$(call video.v1.VideoService/CreateTranscode "$(jq -n --arg v "$VIDEO_ID" --arg r "$(random 16)" '{videoId: $v, requestId: $r}')")
JOB=$(field "$ANSWER" job id)
call jobs.v1.JobService/WatchJob "$(jq -n --arg j "$JOB" '{jobId: $j}')" | jq --unbuffered -r \
  '.job | "   \((.progress.fraction // 0) * 100 | floor) % \(.progress.stage // "") \(.state)"'
ANSWER=$(call jobs.v1.JobService/GetJob "$(jq -n --arg j "$JOB" '{jobId: $j}')")
[ "$(field "$ANSWER" job state)" = JOB_STATE_SUCCEEDED ] \
  || fail "$JOB is $(field "$ANSWER" job state): $(field "$ANSWER" job failure message)"
COST=$(field "$ANSWER" job cost minor)

step "look at the money"
echo "   charged $COST minor units for $SIZE bytes"
BALANCE=$(call wallet.v1.WalletService/GetBalance '{}')
echo "   balance $(field "$BALANCE" available minor), held $(printf '%s' "$BALANCE" | jq -r '.held.minor // "0"')"
call wallet.v1.WalletService/ListEntries '{"pageSize": 100}' \
  | jq -r '.entries[] | "     \(.change.minor // 0) -> \(.availableAfter.minor // 0)  \(.description)"'
STATEMENT=$(call wallet.v1.WalletService/GetStatement '{}')
[ "$(field "$STATEMENT" closing minor)" = "$(field "$BALANCE" available minor)" ] || fail "the statement ends elsewhere"
echo "   statement closes at $(field "$STATEMENT" closing minor)"
LEDGER=$(call wallet.v1.WalletService/CheckConservation '{}')
[ "$(field "$LEDGER" conserved)" = true ] || fail "the ledger is not conserved"
echo "   ledger: debits $(field "$LEDGER" debits minor) = credits $(field "$LEDGER" credits minor)"

step "play"
ANSWER=$(call video.v1.VideoService/CreatePlayback "$(jq -n --arg v "$VIDEO_ID" --arg r "$(random 16)" '{videoId: $v, requestId: $r}')")
curl -sS --fail --max-time 30 "$(field "$ANSWER" masterUrl)" > "$WORK/master" || fail "the master playlist does not answer 200"
[ "$(head -n 1 "$WORK/master" | tr -d '\r')" = '#EXTM3U' ] || fail "the master playlist is not one"
echo "   master playlist 200"
printf '\nWatch it here:\n  %s\n\nAll of it took %s s.\n' "$(field "$ANSWER" playerUrl)" "$(($(date +%s) - BEGIN))"
