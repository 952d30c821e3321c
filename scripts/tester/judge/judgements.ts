/** Short forms of the judgements that many tests give. */
import type { Exchange } from '../../core/result';
import { answerInWords } from '../answer';
import type { Judgement } from '../test-case';

export function pass(message: string, decisive?: Exchange): Judgement {
  return judgement('pass', message, decisive);
}

export function fail(message: string, decisive?: Exchange): Judgement {
  return judgement('fail', message, decisive);
}

export function warn(message: string, decisive?: Exchange): Judgement {
  return judgement('warn', message, decisive);
}

export function info(message: string, decisive?: Exchange): Judgement {
  return judgement('info', message, decisive);
}

/** The data at hand cannot decide; `needed` says which would. */
export function noData(needed: string, decisive?: Exchange): Judgement {
  return judgement('no-data', needed, decisive);
}

export function notDeclared(message: string, decisive?: Exchange): Judgement {
  return judgement('not-declared', message, decisive);
}

export function failedToAsk(message: string, decisive?: Exchange): Judgement {
  // Which of several requests went unanswered is part of the answer.
  const asked = decisive === undefined || message !== answerInWords(decisive) ? '' : `${decisive.request.method} ${decisive.request.url}: `;
  return judgement('error', `${asked}${message}`, decisive);
}

function judgement(verdict: Judgement['verdict'], message: string, decisive?: Exchange): Judgement {
  return { verdict, message, ...(decisive === undefined ? {} : { decisive }) };
}
