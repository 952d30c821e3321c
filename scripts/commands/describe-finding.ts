/** A finding in, the line that tells a person of it out. */
import type { Finding } from '../core/finding';
import type { Style } from '../core/style';

const SEVERITY_PAINT = { fatal: 'red', error: 'red', warning: 'yellow', information: 'dim' } as const;

/** `input/fsh/a.fsh:4:10: error: what is wrong` - the form in which editors find the place. */
export function describeFinding({ severity, message, location }: Finding, style: Style): string {
  const place = [location?.file, location?.line, location?.column].filter((part) => part !== undefined).join(':');
  return `${place === '' ? '' : `${place}: `}${style[SEVERITY_PAINT[severity]](severity)}: ${message}`;
}
