export interface IotHubMessageSinkSettings {
  /** The hub output that events are sent to. */
  hubOutputName: string;
}
