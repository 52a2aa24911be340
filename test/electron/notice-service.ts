import type { MessageBus } from '@jellybrick/dbus-next';
import { BusService } from './bus-service.ts';

export interface Notice {
  readonly id: number;
  readonly title: string;
  readonly body: string;
}

class Notifications extends BusService {
  readonly shown: Notice[] = [];
  #lastId = 0;

  constructor() {
    super('org.freedesktop.Notifications');
  }

  GetCapabilities(): string[] {
    return ['body', 'actions'];
  }

  GetServerInformation(): string[] {
    return ['test', 'test', '1', '1.2'];
  }

  Notify(_app: string, replaces: number, _icon: string, title: string, body: string): number {
    this.#lastId = replaces === 0 ? this.#lastId + 1 : replaces;
    this.shown.push({ id: this.#lastId, title, body });
    return this.#lastId;
  }

  CloseNotification(_id: number): void {}

  ActionInvoked(id: number, action: string): unknown[] {
    return [id, action];
  }

  NotificationClosed(id: number, reason: number): unknown[] {
    return [id, reason];
  }
}

Notifications.configureMembers({
  methods: {
    GetCapabilities: { outSignature: 'as' },
    GetServerInformation: { outSignature: 'ssss' },
    Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
    CloseNotification: { inSignature: 'u' },
  },
  signals: {
    ActionInvoked: { signature: 'us' },
    NotificationClosed: { signature: 'uu' },
  },
});

/** What shows notifications on a desktop: here they are kept and clicked by the test. */
export class NoticeService {
  readonly #service: Notifications;

  private constructor(service: Notifications) {
    this.#service = service;
  }

  static async start(bus: MessageBus): Promise<NoticeService> {
    const service = new Notifications();
    bus.export('/org/freedesktop/Notifications', service);
    await bus.requestName('org.freedesktop.Notifications');
    return new NoticeService(service);
  }

  get shown(): readonly Notice[] {
    return this.#service.shown;
  }

  click({ id }: Notice): void {
    this.#service.ActionInvoked(id, 'default');
  }
}
