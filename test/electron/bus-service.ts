import { interface as dbusInterface } from '@jellybrick/dbus-next';

/** What is exported on a bus; its members are those that `configureMembers` is given. */
export class BusService extends dbusInterface.Interface {
  constructor(name: string) {
    super(name);
    // The library looks for them on the prototype, and its own constructor hides those.
    for (const members of ['$properties', '$methods', '$signals'] as const) delete this[members];
  }
}
