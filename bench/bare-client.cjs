/**
 * A recording of `scout test --record` and a base URL in; the same requests out, four at a time, each answer read and parsed as JSON, and
 * nothing else: what any client of this platform spends on them. Prints how many requests were sent.
 */
const { readFileSync } = require('node:fs');
const { Agent, request } = require('node:http');

/** As `scout test` without `--concurrency`. */
const CONCURRENCY = 4;

const [file, base] = process.argv.slice(2);
const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
const recordedBase = lines[0].base;
const requests = lines.slice(1).map(({ exchange }) => exchange.request);
const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
let next = 0;

function send({ method, url, headers, body }) {
  return new Promise((resolve, reject) => {
    const sent = request(url.replace(recordedBase, base), { method, headers, agent }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        try {
          JSON.parse(Buffer.concat(chunks).toString());
        } catch {
          // Empty answers, XML, and what is wrong on purpose.
        }
        resolve();
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function sendOneByOne() {
  for (let at = next++; at < requests.length; at = next++) await send(requests[at]);
}

Promise.all(Array.from({ length: CONCURRENCY }, sendOneByOne)).then(
  () => {
    agent.destroy();
    process.stdout.write(String(requests.length));
  },
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(2);
  },
);
