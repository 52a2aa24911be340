import type { Clock } from '../../ports.ts';
import type { CodeGrant, SendToIssuer } from '../issuer-api.ts';

/** What a sign-in needs of its surroundings. */
export interface FlowParts {
  readonly clock: Clock;
  readonly issuerUrl: string;
  readonly send: SendToIssuer;
  /** Uses the code; true where somebody is signed in now. Whatever came of it, the sign-in is over. */
  readonly grant: (grant: CodeGrant) => Promise<boolean>;
  /** The sign-in is over without a code. */
  readonly end: (state: 'failed' | 'cancelled', message: string) => void;
}

/** A sign-in that waits for a person. */
export interface Flow {
  readonly url: string;
  readonly userCode: string | null;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** Frees what the flow holds. Called once, when it is over. */
  close(when: 'now' | 'soon'): void;
  /** Takes the address the browser ended on. Throws `sign_in_address_invalid`. */
  paste(address: string): Promise<void>;
}
