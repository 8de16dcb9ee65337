import type {
  Answers,
  ENDPOINTS,
  EndpointName,
  Parameter,
  ParameterValue,
  ValueOf,
  WireFullTask,
  WireFullTaskList,
} from '@task-monitor/http';

type Row<Name extends EndpointName> = (typeof ENDPOINTS)[Name];

/** How much is told of a task: the documented fields, or everything. */
export type View = 'documented' | 'full';

export interface CallOptions {
  /** Gives the request up; the call rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a parameter may be given as. */
type Given<P> = P extends Parameter
  ? P extends { readonly type: 'statuses' }
    ? Status<ParameterValue<P>> | readonly Status<ParameterValue<P>>[]
    : Exclude<ParameterValue<P>, null>
  : never;
type Status<Value> = Value extends readonly (infer One)[] ? One : never;

/** The parameters of an endpoint by their names on the wire, without `view`. */
export type QueryOf<Name extends EndpointName> = {
  readonly [P in Exclude<keyof Row<Name>['query'], 'view'>]?:
    Given<Row<Name>['query'][P]> | undefined;
};

type ViewOf<Name extends EndpointName, V extends View> = 'view' extends keyof Row<Name>['query']
  ? { readonly view?: V | undefined }
  : unknown;

type BodyOf<Name extends EndpointName> =
  Row<Name> extends { readonly body: infer Body } ? ValueOf<Body> : unknown;

/** What a call of an endpoint may say: its parameters, the fields of its body, and a signal. */
export type OptionsOf<Name extends EndpointName, V extends View = View> = QueryOf<Name> &
  ViewOf<Name, V> &
  BodyOf<Name> &
  CallOptions;

type Full = WireFullTask | WireFullTaskList;

/** What an endpoint answers with, by `view` where it has that. */
export type AnswerOf<
  Name extends EndpointName,
  V extends View,
> = 'view' extends keyof Row<Name>['query']
  ? V extends 'full'
    ? Extract<Answers[Name], Full>
    : Exclude<Answers[Name], Full>
  : Answers[Name];

/** Endpoints that answer with a stream: those are watched. */
type StreamName = {
  [Name in EndpointName]: Row<Name> extends { readonly stream: unknown } ? Name : never;
}[EndpointName];

/** The web page is for people, who go there: there is nothing in it that a program could ask for. */
type PageName = 'ui';

/** The endpoints that programs ask. */
export type AskedName = Exclude<EndpointName, PageName>;

/** One method for each endpoint that answers programs at once, by its name in the contract. */
export type EndpointMethods = {
  [Name in Exclude<AskedName, StreamName>]: Row<Name>['path'] extends `/{task_id}${string}`
    ? <V extends View = 'documented'>(
        taskId: string,
        options?: OptionsOf<Name, V>,
      ) => Promise<AnswerOf<Name, V>>
    : <V extends View = 'documented'>(options?: OptionsOf<Name, V>) => Promise<AnswerOf<Name, V>>;
};
