#!/usr/bin/env python3
"""
Sends mails over 120 SMTP sessions of three addresses, pipelined, each to a number of its own: life-load.py HOST:PORT COUNT [FIRST]. Says the seconds
of processor time that it took itself.
"""
import itertools, socket, sys, threading, time

host, port = sys.argv[1].rsplit(":", 1)
count, first = int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3].isdigit() else 0
body = ("Subject: A form\r\nFrom: bench@localhost\r\n\r\n" + "All work and no play makes a dull page.\r\n" * 45 + ".\r\n").encode()
# The life of a message, and not the mail about it.
notify = "" if "--receipts" in sys.argv else " NOTIFY=NEVER"
numbers = itertools.count()
failed = []


def talk(address):
    sock = socket.create_connection((host, int(port)), source_address=(address, 0))
    lines = sock.makefile("rb")

    def expect(code):
        while True:
            line = lines.readline()
            if not line.startswith(code):
                raise RuntimeError(line.decode(errors="replace"))
            if line[3:4] != b"-":
                return

    expect(b"220")
    sock.sendall(b"EHLO localhost\r\n")
    expect(b"250")
    while (n := next(numbers)) < count:
        # All different. The last two digits are 10 and more, which the resource delivers.
        at = first + n
        to = f"+1303{2000000 + at // 90 * 100 + 10 + at % 90:07d}"
        sock.sendall(f"MAIL FROM:<bench@localhost>\r\nRCPT TO:<{to}@fax.localhost>{notify}\r\nDATA\r\n".encode())
        expect(b"250"), expect(b"250"), expect(b"354")
        sock.sendall(body)
        expect(b"250")
    sock.sendall(b"QUIT\r\n")


def run(address):
    try:
        talk(address)
    except (OSError, RuntimeError) as fault:
        failed.append(fault)


threads = [threading.Thread(target=run, args=[f"127.0.0.{1 + i // 40}"]) for i in range(120)]
[t.start() for t in threads]
[t.join() for t in threads]
print(time.process_time())
sys.exit(f"A session ended: {failed[0]}" if failed else 0)
