#!/usr/bin/env bash
# One mail becomes a fax that goes by TLS, with digest, over Kamailio to the test line; registered there. With "srtp": sound enciphered, and so no T.38.
#   tests/interop/kamailio.sh [srtp]        needs the packages kamailio and kamailio-tls-modules, and a built program
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
program=${PROGRAM:-$here/../../src/Trunkline/bin/Release/net10.0/trunkline.dll}
dir=$(mktemp -d)
base=${BASE:-25060}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
  -keyout "$dir/key.pem" -out "$dir/certificate.pem" 2>/dev/null
sed -e "s#@DIR@#$dir#; s#@TLS@#$((base + 1))#; s#@UDP@#$((base + 2))#; s#@TESTLINE@#$((base + 30))#" "$here/kamailio.cfg" > "$dir/kamailio.cfg"
kamailio -f "$dir/kamailio.cfg" -DD -E -Y "$dir" > "$dir/kamailio.log" 2>&1 &
kamailio=$!
trap 'kill $kamailio 2>/dev/null; wait $kamailio 2>/dev/null || true' EXIT
for _ in $(seq 50); do ss -ltn | grep -q "127.0.0.1:$((base + 1)) " && break; sleep 0.1; done

export TRUNKLINE_TRUNK__HOST=localhost:$((base + 1)) TRUNKLINE_TRUNK__TRANSPORT=Tls TRUNKLINE_TRUNK__DOMAIN=carrier.localhost
export TRUNKLINE_TRUNK__USERNAME=acct7 TRUNKLINE_TRUNK__PASSWORD=s3cret TRUNKLINE_TRUNK__REGISTER=true TRUNKLINE_TRUNK__TLSAUTHORITIES=$dir/certificate.pem
export TRUNKLINE_TRUNK__CALLERID=+12025550190 TRUNKLINE_TRUNK__IDENTITY=Asserted
[ "${1:-}" = srtp ] && export TRUNKLINE_TRUNK__SRTP=Required
dotnet "$program" once --data "$dir/data" --smtp 127.0.0.1:$((base + 3)) --http 127.0.0.1:$((base + 4)) --sip 127.0.0.1:$((base + 5)) \
  --testline 127.0.0.1:$((base + 30)) --pop3 127.0.0.1:$((base + 9)) || failed=1
echo "--- Kamailio"
grep -aoE '(REGISTERED|CALL|INVITE|ACK|BYE|UPDATE|PRACK|ERROR:).*' "$dir/kamailio.log" | head -40
echo "--- the far end"
python3 - "$dir" <<'P'
import glob, json, sys
for f in glob.glob(sys.argv[1] + "/data/testline/*/*.json"):
    call = json.load(open(f))
    print({k: v for k, v in call.items() if k.lower() in ("from", "complete", "why", "pages", "bitrate", "ecm", "t38", "seconds")})
    print("\n".join(call.get("events") or call.get("Events") or []))
P
echo "kept in $dir"
exit ${failed:-0}
