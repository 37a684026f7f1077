#!/usr/bin/env bash
# baresip as the far end: it is called by TLS with SRTP (a telephone, no fax: the call must end as "no fax"), and it calls the test line by TCP with SRTP.
#   tests/interop/baresip.sh                needs the package baresip-core, and a built program
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
program=${PROGRAM:-$here/../../src/Trunkline/bin/Release/net10.0/trunkline.dll}
dir=$(mktemp -d)
base=${BASE:-25160}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
  -keyout "$dir/key.pem" -out "$dir/certificate.pem" 2>/dev/null
cat "$dir/key.pem" "$dir/certificate.pem" > "$dir/both.pem"
python3 - "$dir/said.wav" <<'P'
import math, struct, sys, wave
with wave.open(sys.argv[1], "wb") as w:
    w.setnchannels(1), w.setsampwidth(2), w.setframerate(8000)
    w.writeframes(b"".join(struct.pack("<h", int(8000 * math.sin(i * math.tau * 440 / 8000))) for i in range(8000 * 60)))
P
cat > "$dir/config" <<C
sip_listen 127.0.0.1:$base
sip_certificate $dir/both.pem
net_interface 127.0.0.1
audio_source aufile,$dir/said.wav
audio_player aufile,$dir/heard.wav
audio_alert aufile,$dir/alert.wav
rtp_ports $((base + 1000))-$((base + 1100))
rtp_stats yes
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module srtp.so
module_app account.so
module_app menu.so
C
echo "<sip:+12025550100@localhost:$((base + 1));transport=tls>;regint=0;answermode=auto;audio_codecs=pcmu;mediaenc=srtp-mand" > "$dir/accounts"

echo "--- it is called"
baresip -f "$dir" -s -t 70 > "$dir/called.log" 2>&1 < /dev/null &
called=$!
trap 'kill $called 2>/dev/null || true' EXIT
sleep 2
export TRUNKLINE_TRUNK__HOST=localhost:$((base + 1)) TRUNKLINE_TRUNK__TRANSPORT=Tls TRUNKLINE_TRUNK__SRTP=Required TRUNKLINE_TRUNK__KEEPALIVE=0
export TRUNKLINE_TRUNK__TLSAUTHORITIES=$dir/certificate.pem
timeout 65 dotnet "$program" once --data "$dir/data" --smtp 127.0.0.1:$((base + 3)) --http 127.0.0.1:$((base + 4)) --sip 127.0.0.1:$((base + 5)) \
  --testline 127.0.0.1:$((base + 30)) --pop3 127.0.0.1:$((base + 9)) > "$dir/once.log" 2>&1 || true
kill $called 2>/dev/null || true
grep -rhoE 'Call .* to .*: .*' "$dir/data/log" 2>/dev/null | head -2 || true
grep -aoE '(Call answered|established|SRTP|srtp|Media|packets|Session-Expires|UPDATE).*' "$dir/called.log" | sort | uniq -c | head -20 || true

echo "--- it calls"
unset TRUNKLINE_TRUNK__HOST TRUNKLINE_TRUNK__TRANSPORT TRUNKLINE_TRUNK__SRTP
dotnet "$program" serve --roles testline --data "$dir/line" --http 127.0.0.1:$((base + 4)) --testline 127.0.0.1:$((base + 30)) > "$dir/serve.log" 2>&1 &
line=$!
trap 'kill $line 2>/dev/null; wait $line 2>/dev/null || true' EXIT
for _ in $(seq 100); do ss -ltn | grep -q "127.0.0.1:$((base + 30)) " && break; sleep 0.1; done
echo "<sip:caller@127.0.0.1:$base;transport=tcp>;regint=0;audio_codecs=pcmu;mediaenc=srtp-mand" > "$dir/accounts"
baresip -f "$dir" -s -e "/dial sip:+12025550100@127.0.0.1:$((base + 30))" -t 10 > "$dir/calls.log" 2>&1 < /dev/null || true
kill $line; wait $line 2>/dev/null || true
python3 - "$dir" <<'P'
import glob, json, sys
for f in glob.glob(sys.argv[1] + "/line/testline/*/*.json"):
    call = json.load(open(f))
    print({k: v for k, v in call.items() if k.lower() in ("from", "why", "seconds")})
    print("\n".join(call.get("events") or call.get("Events") or []))
P
grep -aoE '(Call established|SRTP|srtp|packets:|errors:).*' "$dir/calls.log" | sort | uniq -c | head || true
echo "kept in $dir"
