const endTypes = /^(?:error|response\.(?:created|output_item\.done|completed|incomplete|failed))$/;

/** Whether a frame tells something that no other one tells whole. */
export function isEnd(type: string): boolean {
  return endTypes.test(type);
}
