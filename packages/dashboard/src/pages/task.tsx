export function TaskPage(_props: { readonly id: string }) {
  return <p>Task</p>;
}
