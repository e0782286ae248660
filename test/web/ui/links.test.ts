import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readableAddress, safeLink, safeMedia } from '../../../web/ui/links.ts';
import { splitLinks } from '../../../web/ui/splitLinks.ts';

describe('links in a text', () => {
  it('are found without the punctuation that follows them', () => {
    expect(splitLinks('See https://vk.com/sova, or (https://e.org/a_(b)).')).toEqual([
      { kind: 'text', text: 'See ' },
      { kind: 'link', text: 'https://vk.com/sova', href: 'https://vk.com/sova' },
      { kind: 'text', text: ', or (' },
      { kind: 'link', text: 'https://e.org/a_(b)', href: 'https://e.org/a_(b)' },
      { kind: 'text', text: ').' },
    ]);
  });

  it('are never scripts or data URLs', () => {
    const text = 'javascript:alert(1) data:text/html,x vbscript:x ftp://e.org <img src=x onerror=alert(1)>';
    expect(splitLinks(text)).toEqual([{ kind: 'text', text }]);
  });

  it('include bare domains in any script, but not the domains of e-mail addresses', () => {
    expect(
      splitLinks('Пишите: магазин.рф/скидки, vk.com или a@b.ru, test.com@evil.example').filter(
        ({ kind }) => kind === 'link',
      ),
    ).toEqual([
      { kind: 'link', text: 'магазин.рф/скидки', href: safeLink('http://магазин.рф/скидки') },
      { kind: 'link', text: 'vk.com', href: 'http://vk.com/' },
    ]);
  });

  it('include a user name before the host, so that the real host is visible', () => {
    expect(splitLinks('https://vk.com@evil.example/a')).toEqual([
      { kind: 'link', text: 'https://vk.com@evil.example/a', href: 'https://vk.com@evil.example/a' },
    ]);
  });

  it('keep every character of the text in its place', () => {
    const piece = fc.constantFrom(
      'https://e.org/',
      'http://a.b',
      ' ',
      '.',
      ')',
      '(',
      'слово',
      '🙏',
      '\n',
      '<b>',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          expect(
            splitLinks(text)
              .map((part) => part.text)
              .join(''),
          ).toBe(text);
        },
      ),
    );
  });
});

describe('an address shown to people', () => {
  it.each([
    ['https://shop.example.com/%D0%91-1?q=%D1%8F%31', 'https://shop.example.com/Б-1?q=я1'],
    ['https://shop.example.com/a%2Fb%20c', 'https://shop.example.com/a%2Fb%20c'],
    ['https://shop.example.com/%E2%80%AEgpj', 'https://shop.example.com/%E2%80%AEgpj'],
    ['https://shop.example.com/%FF%D0', 'https://shop.example.com/%FF%D0'],
  ])('decodes only letters and digits: %s', (address, shown) => {
    expect(readableAddress(address)).toBe(shown);
  });
});

describe('addresses from outside', () => {
  it('become links only by http and https', () => {
    expect(safeLink('https://vk.com/id1')).toBe('https://vk.com/id1');
    expect(safeLink('javascript:alert(1)')).toBeNull();
    expect(safeLink(' java\nscript:alert(1)')).toBeNull();
    expect(safeLink('not an address')).toBeNull();
    expect(safeLink(null)).toBeNull();
  });

  it('become media only as a path of the desk or by https, never as a disguised other host', () => {
    expect(safeMedia('/media/1')).toBe('/media/1');
    expect(safeMedia('//evil.example/1')).toBeNull();
    expect(safeMedia('data:image/svg+xml,x')).toBeNull();
  });
});
