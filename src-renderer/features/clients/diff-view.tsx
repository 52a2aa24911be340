import type { ReactNode } from 'react';

const kinds: Record<string, string> = { '+': 'diff-added', '-': 'diff-removed', '@': 'diff-place' };

/** A unified diff, line by line; the signs stay, so that it does not rest on colour. */
export function DiffView({ diff }: { readonly diff: string }): ReactNode {
  const lines = diff
    .replace(/\n$/, '')
    .split('\n')
    .map((text, number) => ({ number, text }));
  return (
    <section className="code diff" aria-label="Change of the file">
      {lines.map(({ number, text }) => (
        <div key={number} className={`diff-line ${kindOf(text)}`}>
          {text === '' ? ' ' : text}
        </div>
      ))}
    </section>
  );
}

function kindOf(line: string): string {
  if (/^(\+\+\+|---) /.test(line)) return 'diff-place';
  return kinds[line.charAt(0)] ?? '';
}
