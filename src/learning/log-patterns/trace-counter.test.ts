import { describe, expect, it } from 'vitest';
import { createTraceCounter } from './trace-counter.ts';

const java = `2026-01-01 ERROR could not pay
java.lang.IllegalStateException: no till
	at shop.Till.pay(Till.java:12)
	at shop.Cart.checkOut(Cart.java:80)
Caused by: java.io.IOException: closed
	at shop.Net.read(Net.java:3)
	... 12 more`;
const python = `Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    pay()
  File "/app/till.py", line 9, in pay
    raise ValueError("no till")
ValueError: no till`;
const go = `panic: runtime error: index out of range

goroutine 1 [running]:
main.pay(...)
	/app/till.go:12 +0x1d
main.main()
	/app/main.go:5 +0x2a`;
const node = `TypeError: x is not a function
    at pay (/app/till.js:3:9)
    at Object.<anonymous> (/app/main.js:1:1)`;
const rust = `thread 'main' panicked at src/till.rs:3:5:
no till
stack backtrace:
   0: std::panicking::begin_panic
   1: till::pay`;
const ruby = `till.rb:3:in 'pay': no till (RuntimeError)
	from main.rb:1:in 'block'
	from main.rb:9:in '<main>'`;
const php = `PHP Fatal error:  Uncaught Exception: no till in /app/till.php:3
Stack trace:
#0 /app/main.php(3): pay()
#1 {main}`;
const dotnet = `System.InvalidOperationException: no till
   at Shop.Till.Pay() in /app/Till.cs:line 12
   at Shop.Program.Main() in /app/Program.cs:line 3`;
const inOneLine = '{"level":"error","stack":"Error: no\\n    at pay (/app/a.js:1:2)\\n    at main (/app/b.js:3:4)"}';

function tracesIn(...lines: readonly string[]): number {
  const counter = createTraceCounter();
  return lines.filter((line) => counter.add(line)).length;
}

describe('stack traces', () => {
  it.each(Object.entries({ java, python, go, node, rust, ruby, php, dotnet, inOneLine }))('of %s are counted once each', (_, trace) => {
    expect(tracesIn(...trace.split('\n'))).toBe(1);
    expect(tracesIn('before', ...trace.split('\n'), 'INFO goes on', ...trace.split('\n'), 'after')).toBe(2);
  });

  it.each([
    ['a list that stands indented', ['loaded:', '  - cart', '  - till', '  - stock']],
    ['one line that looks like a frame', ['meet', '  at noon', 'and go']],
    ['YAML with ports', ['ports:', '  http: 80', '  admin: 81']],
    ['an error without one', ['ERROR no connection', 'ERROR no connection']],
    ['words about one', ['no stack trace is available']],
  ])('are not seen in %s', (_, lines) => {
    expect(tracesIn(...lines)).toBe(0);
  });

  it('are looked for in constant time in a line without end', () => {
    const startedAt = process.cpuUsage().user;
    expect(tracesIn(`${' '.repeat(2_000_000)}x`, `#${'1'.repeat(2_000_000)}`, `${'\\n '.repeat(700_000)}`)).toBe(0);
    expect((process.cpuUsage().user - startedAt) / 1_000).toBeLessThan(500);
  });
});
