import type { FrameRecord } from '../../shared/model.ts';

const endTypes = /^(?:error|response\.(?:created|output_item\.done|completed|incomplete|failed))$/;

/** Whether a frame tells something that no other one tells whole. */
export function isEnd(type: string): boolean {
  return endTypes.test(type);
}

/** The same of a frame on its way: what Slipstream itself told a client stands nowhere else. */
export function tellsEnd(direction: FrameRecord['direction'], type: string): boolean {
  return direction === 'client-out' || isEnd(type);
}
