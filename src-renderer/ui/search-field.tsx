import { type ReactNode, useState } from 'react';
import { useCommands } from '../hooks/use-commands.ts';
import { SearchBox } from './search-box.tsx';
import { TextField } from './text-field.tsx';

interface SearchFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** What the list of a screen is searched for; the key of filters leads there. */
export function SearchField({ label, hint, text, onChange }: SearchFieldProps): ReactNode {
  const [input, setInput] = useState<HTMLInputElement | null>(null);
  useCommands({
    'focus-filter': () => input?.focus(),
    close: () => (document.activeElement === input ? input?.blur() : undefined),
  });
  return (
    <search>
      <SearchBox label={label} hasKey={text === ''}>
        <TextField
          look="bare"
          ref={setInput}
          value={text}
          maxLength={300}
          placeholder={hint}
          onChange={(event) => onChange(event.target.value)}
        />
      </SearchBox>
    </search>
  );
}
