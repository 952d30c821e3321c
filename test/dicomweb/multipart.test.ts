import fc from 'fast-check';
import { parseMediaType, parseMultipart, writeMultipart } from '../../scripts/dicom/dicomweb-multipart';

const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array).toString('latin1'));

test('law: what is written is read again, whatever the bytes of the parts', () => {
  fc.assert(fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), (bodies) => {
    const { body, contentType } = writeMultipart(bodies.map((one) => ({ headers: { 'Content-Type': 'application/dicom' }, body: one })), 'application/dicom', 'scout-7f3a9c1d');
    const read = parseMultipart(body, contentType);
    expect(read.problem).toBeUndefined();
    expect(read.closed).toBe(true);
    expect(read.parts.map((part) => part.body)).toEqual(bodies);
    expect(read.parts.every(({ headers, whole }) => headers['content-type'] === 'application/dicom' && whole)).toBe(true);
  }));
});

test('law: a body that is cut anywhere gives the beginning of its parts and is not closed', () => {
  const { body, contentType } = writeMultipart([{ headers: {}, body: 'first' }, { headers: { a: 'b' }, body: 'second' }], 'x/y', 'cut');
  for (let at = 0; at < body.length - 4; at += 1) {
    const { parts, closed } = parseMultipart(body.slice(0, at), contentType);
    expect(closed).toBe(false);
    parts.filter(({ whole }) => whole).forEach((part, index) => expect(part.body).toBe(['first', 'second'][index]));
  }
});

test('preambles, quoted boundaries and folded headers are read; a missing or wrong boundary is said', () => {
  const body = 'preamble\r\n--b c\r\nA: 1\r\n  2\r\n\r\nx\r\n--b c--\r\nepilogue';
  expect(parseMultipart(body, 'multipart/related; boundary="b c"; type="a/b"').parts).toEqual([{ headers: { a: '1 2' }, body: 'x', whole: true }]);
  expect(parseMultipart(body, 'multipart/related; type="a/b"').problem).toBe('the Content-Type names no boundary');
  expect(parseMultipart(body, 'multipart/related; boundary=other').problem).toMatch(/not found/);
  expect(parseMultipart(body, 'text/html').problem).toBe('the content is text/html, not multipart');
});

test('media types: parameters, quotes, nonsense', () => {
  expect(parseMediaType('Multipart/Related; Type="application/dicom" ; boundary=x-1')).toEqual({ type: 'multipart/related', parameters: { type: 'application/dicom', boundary: 'x-1' }, quoted: ['type'] });
  expect(parseMediaType('a/b; q="x\\"y"; z').parameters).toEqual({ q: 'x"y' });
  expect(parseMediaType('').type).toBe('');
});
