import fc from 'fast-check';
import { displayWidth, fitted, wrapped } from '../../scripts/report/display-width';
import { durationText } from '../../scripts/report/duration';
import { visibleLine, visibleText } from '../../scripts/report/visible-text';

describe('visible text', () => {
  it('shows what would act: escapes, overrides of direction, half characters, line separators', () => {
    expect(visibleText('a\u001b[2Jb\u202ec\ud800d\u2028e\u0000')).toBe('a\\u001b[2Jb\\u202ec\\ud800d\\u2028e\\u0000');
  });

  it('keeps line feeds, tabs, emoji of several characters and other scripts', () => {
    expect(visibleText('a\r\n\tb 👩‍⚕️ שלום 山田\rc')).toBe('a\n\tb 👩‍⚕️ שלום 山田\\u000dc');
  });

  it('makes one line of several', () => {
    expect(visibleLine('  a\n\n b\tc ')).toBe('a b c');
  });
});

describe('display width', () => {
  it('counts columns, not characters', () => {
    expect(displayWidth('abc')).toBe(3);
    expect(displayWidth('山田')).toBe(4);
    expect(displayWidth('👩‍⚕️é')).toBe(3);
  });

  it('cuts a line to at most the columns there are', () => {
    expect(fitted('abcdef', 4)).toBe('abc…');
    expect(fitted('abcd', 4)).toBe('abcd');
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (line, columns) => displayWidth(fitted(line, columns)) <= columns));
  });

  it('wraps at spaces and loses no word', () => {
    expect(wrapped('aa bb cc', 5)).toEqual(['aa bb', 'cc']);
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/)), fc.integer({ min: 1, max: 20 }), (words, columns) => wrapped(words.join(' '), columns).join(' ') === words.join(' ')));
  });
});

describe('durationText', () => {
  it.each([
    [0, '0 ms'], [34.6, '35 ms'], [999.4, '999 ms'], [999.6, '1.0 s'], [4249, '4.2 s'], [9960, '10 s'], [59_499, '59 s'], [83_400, '1 min 23 s'], [3_900_000, '1 h 5 min'],
  ])('%d ms is said %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
