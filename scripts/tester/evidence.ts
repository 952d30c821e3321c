/** The exchanges of a test in, what a report keeps of them out: all that a failure needs, little of what went well. */
import type { Exchange, HttpResponse, Verdict } from '../core/result';

/** Bytes of a body that a report keeps: of the decisive answer, and of the others. */
const KEPT = { telling: { decisive: 100_000, other: 10_000, count: 12 }, quiet: { decisive: 2_000, other: 0, count: 1 } } as const;

const TELLING: readonly Verdict[] = ['fail', 'warn', 'error'];

/** The decisive exchange first, then the others in the order in which they were sent. */
export function evidence(exchanges: readonly Exchange[], decisive: Exchange | undefined, verdict: Verdict): Exchange[] {
  const kept = TELLING.includes(verdict) ? KEPT.telling : KEPT.quiet;
  const first = decisive ?? exchanges.at(-1);
  if (first === undefined) return [];
  const others = exchanges.filter((exchange) => exchange !== first);
  return [shortened(first, kept.decisive), ...others.slice(0, kept.count - 1).map((exchange) => shortened(exchange, kept.other))];
}

function shortened(whole: Exchange, limit: number): Exchange {
  const exchange = withoutBytes(whole);
  const { response } = exchange;
  if (response === undefined || response.body.length <= limit) return exchange;
  return { ...exchange, response: { ...response, body: response.body.slice(0, limit), truncatedAt: limit } };
}

/** Bytes are named, not shown: they would be no text, and pixels of patients are nobody's evidence. The head of a first part stays. */
function withoutBytes({ request, response, ...rest }: Exchange): Exchange {
  const named = <T extends { body?: string; encoding?: HttpResponse['encoding']; headers: Record<string, string> }>({ encoding, ...message }: T) => {
    if (encoding === undefined) return message;
    const { body = '' } = message;
    const type = Object.entries(message.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'unknown type';
    const head = /^multipart\//i.test(type) ? (/^[\x20-\x7e\r\n]{1,600}?\r?\n\r?\n/.exec(body)?.[0] ?? '') : '';
    return { ...message, body: `${head}(${body.length.toLocaleString('en-US')} bytes of ${type.split(';')[0]})` };
  };
  return { request: named(request), ...(response === undefined ? {} : { response: named(response) }), ...rest };
}
