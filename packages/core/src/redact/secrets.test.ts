import { toJson } from '../json.js';
import { redactCommand } from './command.js';
import { Redactor } from './redactor.js';

/** What stands between « and » is secret, and nothing else: `[Redacted]` takes its place to the letter. */
const given = (marked: string): string => marked.replaceAll(/[«»]/g, '');
const expected = (marked: string): string => marked.replaceAll(/«[^»]*»/g, '[Redacted]');

const redactor = new Redactor();
const inText = (text: string): string => redactor.text(text, 'output');
const inCommand = (command: readonly string[]): readonly string[] => {
  const copy = [...command];
  redactCommand(copy, redactor);
  return copy;
};
const inData = (data: unknown): unknown =>
  toJson(data, { name: 'metadata', maxBytes: 65_536 }, redactor);

// None of these was ever valid; they are put together here so that no scanner takes them for a leak.
const GITHUB = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
const GITHUB_FINE = `github_pat_${'11ABCDEFG0a1b2c3d4e5f6'}_${'x9Y8z7'.repeat(6)}`;
const GITLAB = `glpat-${'xA1yB2zC3wD4vE5uF6tG'}`;
const SLACK = `xoxb-${'123456789012-123456789012-AbCdEfGhIjKlMnOp'}`;
const OPENAI = `sk-${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6uX9aB3dE6gH9'}`;
const OPENAI_PROJECT = `sk-proj-${'aB3dE6gH9jK2mN5p_Q8sT1vW4yZ7c-F0iL3oR6uX9'}`;
const ANTHROPIC = `sk-ant-api03-${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6'}`;
const STRIPE = `sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`;
const STRIPE_RESTRICTED = `rk_live_${'51H8aBcDeFgHiJkLmNoPqRsT'}`;
const AWS_ID = `AKIA${'IOSFODNN7EXAMPLE'}`;
const AWS_TEMPORARY = `ASIA${'Y34FZKBOKMUTVV7A'}`;
const AWS_SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const GOOGLE = `AIza${'SyA1bC2dE3fG4hI5jK6lM7nO8pQ9rS0tU1v'}`;
const NPM = `npm_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6'}`;
const HUGGING_FACE = `hf_${'AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh'}`;
const SENDGRID = `SG.${'ngeVfQFYQlKU0ufo8x5d1A'}.${'TwL2iGABf9DHoTf09kqeF8tAmbihYzrnopKc1s5cr1U'}`;
const GROQ = `gsk_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6uX9aB3dE6gH9jK2m'}`;
const HEX = '0123456789abcdef0123456789abcdef';
const LONG = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6uX9aB3d';
const AZURE = `${'Eby8vdM02xNOcqFl'}+UwJPLlmEt/CDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq==`;
const FERNET = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';
const SLACK_HOOK = `T00000000/B00000000/${'XXXXaB3dE6gH9jK2mN5pQ8sT'}`;
const AGE = `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`;
const JWT =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
const KEY_BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';

const TEXTS: readonly string[] = [
  // What its first characters give away.
  `cloning with «${GITHUB}» failed`,
  `token «${GITHUB_FINE}»`,
  `remote: «${GITLAB}»: not allowed`,
  `posting to Slack as «${SLACK}».`,
  `Incorrect API key provided: «${OPENAI}». You can find your key in the settings.`,
  `openai.AuthenticationError: «${OPENAI_PROJECT}»`,
  `client(«${ANTHROPIC}»)`,
  `charge with «${STRIPE}», then refund`,
  `charge with «${STRIPE_RESTRICTED}»`,
  `InvalidAccessKeyId: «${AWS_ID}» does not exist`,
  `assumed role as «${AWS_TEMPORARY}»\n`,
  `GET /v1/embed?key=«${GOOGLE}»&alt=json`,
  `//registry.npmjs.org/:_authToken=«${NPM}»`,
  `npm publish with «${NPM}»`,
  `HfHubHTTPError: «${HUGGING_FACE}» has no access to the model`,
  `mail sent by «${SENDGRID}»`,
  `using «${GROQ}» for the answers`,
  `verified «${JWT}» for user 5`,
  `https://example.org/callback#id_token=«${JWT}»&state=5`,
  `next=%2Fhome%20«${GITHUB}»`,
  // URLs: the password only.
  'connecting to postgres://ingest:«hunter2»@db.internal:5432/videos?sslmode=require',
  'connecting to redis://:«p4ss»@cache:6379/0',
  'mongodb+srv://root:«Tr0ub4dor&3»@cluster0.example.net/?retryWrites=true',
  'amqp://guest:«gu:est»@rabbit/%2F and http://proxy.example.org:8080/@path',
  'postgres://ingest:«pa/ss»@db/videos',
  'postgres://ingest:«p@ss»@db/videos',
  'git clone https://x-access-token:«abcdef123456»@github.com/acme/rag.git',
  'could not reach "https://user:«s3cr3t»@example.org/feed": timed out',
  // Signed URLs.
  'GET https://b.s3.amazonaws.com/v.mp4?X-Amz-Date=20260101T000000Z&X-Amz-Signature=«fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024»&X-Amz-Expires=300',
  'https://acct.blob.core.windows.net/videos/v.mp4?sv=2022-11-02&sig=«Z%2FRHIX5Xcg0Mq2rqI3OlWTjEg2tYkboXr1P9ZUXDtkk%3D»&se=2026-01-01',
  'https://api.example.org/v?access_token=«a1b2c3»&page=2',
  'https://api.example.org/v?api_key=«abc»&format=json',
  'https://storage.googleapis.com/b/o?GoogleAccessId=me&Expires=1767225600&Signature=«abc%2Fdef%2B1»',
  // Connection strings.
  'DefaultEndpointsProtocol=https;AccountName=videos;AccountKey=«Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq==»;EndpointSuffix=core.windows.net',
  'Server=db;Database=videos;User Id=sa;Password=«yourStrong(!)Pass»;Encrypt=true',
  'jdbc:postgresql://db/videos?user=fred&password=«secret»&ssl=true',
  "psycopg2.OperationalError: connection to 'host=db user=ingest password=«hunter2» dbname=videos' failed",
  // Command lines and environments as text.
  'running: python -m ingest --api-key «abc123» --videos dQw4w9WgXcQ',
  'running: python -m ingest --api-key=«abc123» --videos dQw4w9WgXcQ',
  'OPENAI_API_KEY=«abc» python ingest.py',
  'export DB_PASSWORD=«hunter2»',
  'env: PGPASSWORD=«hunter2» PGUSER=ingest',
  "Command '['worker', '--token', '«abc def»', '--videos', 'dQw4w9WgXcQ']' returned non-zero exit status 1.",
  'Command failed: ["worker", "--password", "«hunter2»", "--force"]',
  'curl -u ingest:«hunter2» https://example.org/feed',
  "sh -c 'curl --user ingest:«hunter2» https://example.org/feed'",
  'aws_secret_access_key = «wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»',
  // Headers.
  "curl -H 'Authorization: Bearer «abc»' https://example.org",
  'curl -H "X-Api-Key: «abc123def»" https://example.org',
  'Authorization: Basic «aW5nZXN0Omh1bnRlcjI=»',
  'authorization: Token «9944b09199c62bcf9418»',
  'Authorization: AWS4-HMAC-SHA256 «Credential=x/20260101/us-east-1/s3/aws4_request, Signature=fe5f80»',
  'Cookie: «sid=31d4d96e407aad42; theme=dark»',
  'Set-Cookie: «sid=31d4d96e407aad42; Path=/; HttpOnly»\nServer: nginx',
  'sent Bearer «mF_9.B5f-4.1JqM5x7Kp» and got 401',
  'sent Basic «aW5nZXN0Omh1bnRlcjI=» and got 401',
  // JSON, YAML, Python and log formats.
  'request: {"user":"ingest","password":"«hunter2»","remember":true}',
  'request: {"user": "ingest", "apiKey": "«a \\"quoted\\" key»", "model": "large"}',
  'body: "{\\"token\\":\\"«abc»\\",\\"page\\":2}"',
  '{"token": "«abc»", "tokens": 512}',
  "{'access_token': '«abc»', 'expires_in': 3600}",
  "Client(api_key='«abc»', timeout=30)",
  'Client(api_key="«abc»", timeout=30)',
  'password: «hunter2»',
  'db_password: «correct-horse»\ndb_user: ingest',
  'level=error msg="login failed" password=«hunter2» user=ingest',
  'client_secret => «a1b2c3d4e5», client_id => 5',
  'API key: «abc123»',
  'The password is set: password=«hunter2», user=ingest.',
  `os.environ["API_KEY"] = "«abc»"`,
  '  File "ingest.py", line 12, in <module>\n    connect(user="ingest", password="«hunter2»")\nConnectionError: refused',
  '"secret": "«abc»"',
  'token: «a1b2c3d4e5f6a7b8»',
  'secret: «s3cr3t»',
  '2026-01-15 10:30:15 INFO token: «ab12»',
  'connecting with token: «abc123», retrying',
  'worker --token «abc» --fast',
  'worker --secret «swordfish»',
  'Password: «swordfish»',
  'passphrase="«correct horse battery staple»"',
  'session_id=«31d4d96e407aad42»; expires=never',
  'csrfToken=«abc»&name=x',
  'first line\\npassword=«hunter2»\\nlast line',
  // The key of somebody, if it can only be one.
  `AZURE_OPENAI_KEY=«${HEX}»`,
  `AZURE_SEARCH_KEY=«${LONG}» worker`,
  `COSMOS_KEY=«${AZURE}»`,
  `SUPABASE_KEY: «${JWT}»`,
  `COHERE_KEY=«${LONG}»`,
  `export OPENAI_KEY="«${LONG}»"`,
  `FERNET_KEY=«${FERNET}»`,
  `storage_key: «${AZURE}»`,
  `running: worker --openai-key «${LONG}» --azure-key=«${HEX}» --fast`,
  `{"azureOpenaiKey": "«${HEX}»", "serviceRoleKey":"«${LONG}»"}`,
  `GET https://api.example.org/v1/embed?key=«${LONG}»&alt=json`,
  // Headers and variables as pairs.
  `[(b'api-key', b'«${HEX}»'), (b'accept', b'*/*')]`,
  "('password', '«hunter2»')",
  `['azure-key', '«${HEX}»']`,
  "('x-api-key','«a1b2c3d4»')",
  "[ 'Host', 'example.org', 'Authorization', '«Bearer abc»', 'Cookie', '«sid=5; theme=dark»' ]",
  '["accept","*/*"],["api-key","«a1b2c3d4e5»"]',
  '{"name":"DB_PASSWORD","value":"«hunter2»"}',
  "{'name': 'API_TOKEN', 'value': '«abc»'}",
  'env:\n  - name: DB_PASSWORD\n    value: «hunter2»\n  - name: LANG\n    value: C',
  '<add key="ApiKey" value="«abc»"/>',
  "requests.get(url, auth=('ingest', '«hunter2»'), timeout=5)",
  "HTTPBasicAuth('ingest', '«hunter2»')",
  `AuthApiKey("«${LONG}»")`,
  `SecretStr('«${LONG}»')`,
  '<password>«hunter2»</password><user>ingest</user>',
  '<wsse:Password Type="text">«hunter2»</wsse:Password>',
  '\u001b[33mpassword\u001b[0m: «hunter2»\u001b[0m',
  '\u001b[33mpassword:\u001b[0m «hunter2»',
  '\u001b[1;33mapi_key\u001b[0m=\u001b[32m«abc»\u001b[0m done',
  // Commands within commands.
  'sh -c "mysql -u root -p«hunter2» videos"',
  'sshpass -p «hunter2» ssh -p 22 ingest@host',
  "sshpass -p '«hunter 2»' ssh ingest@host",
  'redis-cli -h cache -a «hunter2» ping',
  'docker login -u ingest -p «hunter2» registry.example.org',
  'curl -sSu admin:«hunter2» https://example.org',
  'mongosh -u root -p «hunter2» videos',
  '7z a -p«hunter2» out.7z in',
  `aws configure set aws_secret_access_key «${AWS_SECRET}»`,
  // More of what its first characters, or its place in an address, give away.
  `https://hooks.slack.com/services/«${SLACK_HOOK}»`,
  `https://discord.com/api/webhooks/123456789012345678/«${LONG}» failed`,
  `https://api.telegram.org/bot123456789:«${LONG}»/sendMessage`,
  `bot «123456789:AA${'H'.repeat(33)}»`,
  `vault: «hvs.${'CAESIJ1a2b3c4d5e6f7g8h9i'}»`,
  `databricks «dapi${HEX}»`,
  `«xai-${LONG}», «pa-${LONG}»`,
  `notion «secret_${LONG}» or «ntn_${LONG}»`,
  `«lin_api_${LONG}» «llx-${LONG}» «fw_${'aB3dE6gH9jK2mN5pQ8sT1vW4'}»`,
  `«sb_secret_${'aB3dE6gH9jK2mN5pQ8sT1_vW4yZ7cF'}»`,
  `«${AGE}»`,
  `https://«${HEX}»@o1.ingest.sentry.io/5`,
  `redis://«${LONG}»@cache:6379/0`,
  `«r8_${LONG}» «pcsk_${LONG}» «tvly-${'aB3dE6gH9jK2mN5pQ8sT'}» «tvly-dev-${LONG}»`,
  // Private keys.
  `-----BEGIN PRIVATE KEY-----\n«${KEY_BODY}\n${KEY_BODY}»\n-----END PRIVATE KEY-----\n`,
  `key=-----BEGIN RSA PRIVATE KEY-----«\\n${KEY_BODY}\\n»-----END RSA PRIVATE KEY----- and on`,
  `-----BEGIN OPENSSH PRIVATE KEY-----\n«${KEY_BODY}»`,
  `«${KEY_BODY}\nab==»\n-----END EC PRIVATE KEY-----\nExited with code 1`,
  `-----BEGIN PGP PRIVATE KEY BLOCK-----\n«\nlQdGBF»\n-----END PGP PRIVATE KEY BLOCK-----`,
];

const COMMANDS: readonly (readonly string[])[] = [
  ['worker', '--token', '«abc»', '--videos', 'dQw4w9WgXcQ'],
  ['worker', '--token=«abc»', '--videos', 'dQw4w9WgXcQ'],
  ['worker', '--api-key', '«--- odd ---»', 'next'],
  ['worker', '--apiKey', '«512»'],
  ['worker', '--db.password', '«two words»', '--fast'],
  ['worker', '-password', '«hunter2»'],
  ['env', 'AWS_SECRET_ACCESS_KEY=«wJalr&XUtn; FEMI»', 'worker'],
  ['docker', 'run', '-e', 'DB_PASSWORD=«hunter2»', '-p', '8080:80', 'image'],
  ['docker', 'login', '-u', 'ingest', '-p', '«hunter2»'],
  ['java', '-Dspring.datasource.password=«hunter2»', '-jar', 'worker.jar'],
  ['curl', '-u', 'ingest:«hunter2»', 'https://example.org'],
  ['/usr/bin/curl', '-uingest:«hunter2»', 'https://example.org'],
  ['curl', '--proxy-user', 'me:«hunter2»', '--user', 'ingest:«a:b»', 'https://example.org'],
  ['curl', '-H', 'Authorization: Bearer «abc»', '-H', 'Accept: text/html', 'https://example.org'],
  ['curl', '--header', 'X-Api-Key: «abc def»', 'https://example.org'],
  ['curl', '-d', '{"password":"«hunter2»"}', 'https://example.org'],
  ['curl', '-b', 'Cookie: «sid=5»', 'https://example.org'],
  ['mysql', '-u', 'root', '-p«hunter2»', 'videos'],
  ['mysqldump', '--password=«hunter2»', 'videos'],
  ['sshpass', '-p', '«hunter2»', 'ssh', 'ingest@host'],
  ['redis-cli', '-a', '«hunter2»', 'ping'],
  ['psql', 'postgres://ingest:«hunter2»@db/videos'],
  ['worker', '--dsn', '«postgres://ingest:hunter2@db/videos»'],
  ['sh', '-c', 'TOKEN=«abc» worker --fast'],
  ['openssl', 'rsa', '-in', 'key.pem', '-passin', '«pass:hunter2»'],
  ['ffmpeg', '-headers', 'Authorization: Bearer «abc»\r\n', '-i', 'https://example.org/v.mp4'],
  ['git', 'clone', 'https://ingest:«hunter2»@example.org/rag.git'],
  ['worker', `«${OPENAI}»`],
  ['worker', '--openai-key', `«${LONG}»`, `--azure-key=«${HEX}»`, `FERNET_KEY=«${FERNET}»`],
  ['sh', '-c', 'mysql -u root -p«hunter2» videos'],
  ['ssh', 'host', 'redis-cli -a «hunter2» ping'],
  ['bash', '-lc', 'sshpass -p «hunter2» ssh host; docker login -p «pw1» && curl -sSu a:«b» c'],
  ['curl', '-sSu', 'admin:«hunter2»', 'https://example.org'],
  ['mongosh', '-u', 'root', '-p', '«hunter2»'],
  ['7z', 'x', '-p«hunter2»', 'in.7z'],
  ['aws', 'configure', 'set', 'aws_secret_access_key', `«${AWS_SECRET}»`],
  ['python', '-c', "get(url, auth=('ingest', '«hunter2»'))"],
];

const DATA: readonly unknown[] = [
  { password: '«hunter2»', user: 'ingest' },
  {
    dbPassword: '«hunter2»',
    db_passwd: '«hunter2»',
    DB_PWD: '«hunter2»',
    'db-passphrase': '«a b»',
  },
  {
    apiKey: '«abc»',
    api_key: '«abc»',
    'X-API-Key': '«abc»',
    APIKEY: '«abc»',
    OpenAIApiKey: '«abc»',
  },
  { accessKey: '«abc»', 'private.key': '«abc»', aws_secret_access_key: `«${AWS_SECRET}»` },
  { token: '«abc»', refreshToken: '«abc»', accessTokens: ['«abc»', '«def»'], tokens: ['abc'] },
  { secret: '«abc»', clientSecret: '«abc»', secrets: { anything: '«abc»', count: 3, on: true } },
  { auth: { user: '«ingest»', password: '«hunter2»', retries: 3 }, author: 'Ada' },
  {
    headers: {
      Authorization: '«Bearer abc»',
      Cookie: '«a=b»',
      'Set-Cookie': '«a=b»',
      Accept: '*/*',
    },
  },
  { credentials: [{ value: '«abc»' }], credential: '«abc»', creds: '«abc»' },
  { sessionId: '«abc»', session_id: '«abc»', session: '«31d4d96e407aad42»', sessions: 5 },
  {
    jwt: '«abc»',
    csrf: '«abc»',
    xsrfToken: '«abc»',
    sso: '«abc»',
    saml: '«abc»',
    signature: '«abc»',
  },
  { dsn: '«https://abc@sentry.example/5»', connectionString: '«Server=db»', bearer: '«abc»' },
  { smtp: { user: 'ingest', pass: '«hunter2-s3cr3t»' }, pass: 'second' },
  { url: 'postgres://ingest:«hunter2»@db/videos', note: `with «${GITHUB}» inside` },
  { [`key «${GITHUB}»`]: 1 },
  { env: ['DB_PASSWORD=«hunter2»', 'LANG=C'] },
  { azureOpenaiKey: `«${HEX}»`, serviceRoleKey: `«${LONG}»`, storage_key: `«${AZURE}»` },
  {
    headers: [
      ['api-key', `«${HEX}»`],
      ['accept', '*/*'],
    ],
  },
  { rawHeaders: ['Host', 'example.org', 'Authorization', '«Bearer abc»', 'Cookie', '«sid=5»'] },
  { args: ['--token', '«abc»', '--fast', '--password', '«hunter2»'] },
  {
    env: [
      { name: 'DB_PASSWORD', value: '«hunter2»' },
      { name: 'LANG', value: 'C' },
    ],
  },
  { Parameters: [{ Key: 'ApiKey', Value: '«abc»' }], row: { value: '«abc»', name: 'token' } },
  { nested: [[{ deep: { password: '«hunter2»' } }]] },
  { pem: `-----BEGIN PRIVATE KEY-----«${KEY_BODY}»-----END PRIVATE KEY-----` },
];

describe('secrets', () => {
  it.each(TEXTS)('are taken out of the text %j', (marked) => {
    expect(marked).toContain('«');
    expect(inText(given(marked))).toBe(expected(marked));
    // What was redacted stays as it is, however often it comes by.
    expect(inText(expected(marked))).toBe(expected(marked));
  });

  it.each(COMMANDS.map((command) => [command]))('are taken out of the command %j', (marked) => {
    expect(marked.join()).toContain('«');
    expect(inCommand(marked.map(given))).toEqual(marked.map(expected));
    expect(inCommand(marked.map(expected))).toEqual(marked.map(expected));
  });

  it.each(DATA.map((data) => [data]))('are taken out of the data %j', (marked) => {
    const json = JSON.stringify(marked);
    expect(json).toContain('«');
    expect(inData(JSON.parse(given(json)))).toEqual(JSON.parse(expected(json)));
    expect(inData(JSON.parse(expected(json)))).toEqual(JSON.parse(expected(json)));
  });

  it('stay apart as keys, so that nothing that belongs to them is lost', () => {
    const data = { [GITHUB]: 1, [`${GITHUB}X`]: 2, [OPENAI]: 3 };
    expect(inData([data, data])).toEqual([
      { '[Redacted]': 1, '[Redacted] 2': 2, '[Redacted] 3': 3 },
      { '[Redacted]': 1, '[Redacted] 2': 2, '[Redacted] 3': 3 },
    ]);
  });

  it('are taken out of maps, sets, and what has a JSON form of its own', () => {
    const { deep } = inData({
      deep: [
        new Map<unknown, unknown>([
          ['apiKey', 'abc'],
          ['limit', 5],
        ]),
        new Map([['token', new Set(['abc', 'def'])]]),
        { token: { toJSON: () => ({ kind: 'abc', uses: 3 }) }, at: new Date(0) },
        { password: new String('abc'), secret: 12n },
      ],
    }) as { readonly deep: unknown };
    expect(deep).toEqual([
      { apiKey: '[Redacted]', limit: 5 },
      { token: ['[Redacted]', '[Redacted]'] },
      { token: { kind: '[Redacted]', uses: 3 }, at: '1970-01-01T00:00:00.000Z' },
      { password: '[Redacted]', secret: '12' },
    ]);
  });
});
