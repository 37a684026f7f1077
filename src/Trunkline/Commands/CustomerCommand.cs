using System.CommandLine;
using System.Text.Json;


namespace Trunkline.Commands;

/// <summary>Customers, their users, addresses and keys, by the running server.</summary>
internal static class CustomerCommand
{
    private const string FieldsHelp = "name=value, such as company=Acme limits.daySpend=25 limits.countries=US,DE trustFrom=dkim; an empty value takes it away";
    private static readonly string[] ListColumns = ["id", "email", "company", "country", "status", "bill", "currency"];
    private static readonly string[] UserColumns = ["id", "email", "name", "status", "messages an hour"];
    private static readonly string[] AddressColumns = ["address", "kind", "user"];
    private static readonly string[] KeyColumns = ["id", "kind", "scope", "name", "user", "made", "last used", "revoked"];

    public static Command Build(CommandFrame frame)
    {
        var command = new Command("customer", "Customers, their users, addresses and keys")
        {
            List(frame), Show(frame), Add(frame), Set(frame),
            Status(frame, "suspend", "Suspend a customer: it sends nothing, and what waits fails"),
            Status(frame, "activate", "Activate a customer"),
            Status(frame, "close", "Close an account: its keys are of no use any more"),
        };
        command.Subcommands.Add(Users(frame));
        command.Subcommands.Add(Addresses(frame));
        command.Subcommands.Add(Keys(frame));
        return command;
    }

    private static string Path(string customer, string rest = "") => $"/v1/customers/{Uri.EscapeDataString(customer)}{rest}";

    private static Argument<string> Customer() => new("customer") { Description = "Its address or number" };

    private static Argument<string[]> Fields() => new("fields") { Description = FieldsHelp, Arity = ArgumentArity.ZeroOrMore };

    private static Command List(CommandFrame frame)
    {
        var limit = new Option<int>("--limit") { Description = "How many", DefaultValueFactory = _ => 50 };
        var after = new Option<string?>("--after") { Description = "Behind this number" };
        var status = new Option<string?>("--status") { Description = "active, suspended or closed" };
        var search = new Option<string?>("--search") { Description = "Part of address, name or company" };
        var command = new Command("list", "List customers by their number") { limit, after, status, search };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var query = $"?limit={parsed.GetValue(limit)}" + Query("after", parsed.GetValue(after)) + Query("status", parsed.GetValue(status)) + Query("search", parsed.GetValue(search));
            session.Show(await session.GetAsync("/v1/customers" + query, cancellationToken), page =>
            {
                Rows.Print(Rows.Items(page).Select(ListRow), ListColumns);
                if (page.TryGetProperty("next", out var next))
                    Console.WriteLine($"There are more: --after {next.GetString()}");
            });
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Show(CommandFrame frame)
    {
        var customer = Customer();
        var command = new Command("show", "Show all of one customer") { customer };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync(Path(parsed.GetValue(customer)!), cancellationToken), ShowOne);
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Add(CommandFrame frame)
    {
        var email = new Argument<string>("email") { Description = "Its own address: sender of its mail, and its name for SMTP AUTH" };
        var country = new Option<string>("--country") { Description = "ISO 3166: where numbers without a country code are dialled from", Required = true };
        var fields = Fields();
        var command = new Command("add", "Add a customer") { email, country, fields };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var given = parsed.GetValue(fields)!;
            var currency = given.LastOrDefault(f => f.StartsWith("currency=", StringComparison.Ordinal))?["currency=".Length..] ?? "USD";
            var body = FieldArguments.Read([$"email={parsed.GetValue(email)}", $"country={parsed.GetValue(country)}", .. given], currency);
            session.Show(await session.PostAsync("/v1/customers", body, cancellationToken), ShowOne);
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Set(CommandFrame frame)
    {
        var (customer, fields) = (Customer(), Fields());
        var command = new Command("set", "Change fields of a customer") { customer, fields };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            var path = Path(parsed.GetValue(customer)!);
            var body = FieldArguments.Read(parsed.GetValue(fields)!, await CurrencyAsync(session, path, cancellationToken));
            session.Show(await session.PatchAsync(path, body, cancellationToken), ShowOne);
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Status(CommandFrame frame, string verb, string description)
    {
        var customer = Customer();
        var reason = new Option<string?>("--reason") { Description = "For the operator" };
        var command = new Command(verb, description) { customer, reason };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.PostAsync(Path(parsed.GetValue(customer)!, "/" + verb), new { reason = parsed.GetValue(reason) }, cancellationToken),
                c => Console.WriteLine($"{Rows.Text(c.GetProperty("customer"), "email")} is {Rows.Text(c, "status")}."));
            return ExitCode.Well;
        });
        return command;
    }

    private static Command Users(CommandFrame frame)
    {
        var list = SubList(frame, "users", "List the users of a customer", UserColumns, UserRow);
        var (customer, email, fields) = (Customer(), new Argument<string>("email"), Fields());
        var add = new Command("add", "Add a user") { customer, email, fields };
        frame.Ask(add, async (parsed, session, cancellationToken) =>
        {
            var path = Path(parsed.GetValue(customer)!);
            var body = FieldArguments.Read([$"email={parsed.GetValue(email)}", .. parsed.GetValue(fields)!], await CurrencyAsync(session, path, cancellationToken));
            session.Show(await session.PostAsync(path + "/users", body, cancellationToken), u => Rows.Print([UserRow(u)], UserColumns));
            return ExitCode.Well;
        });
        var (of, user, changes) = (Customer(), new Argument<string>("user") { Description = "Its address or number" }, Fields());
        var set = new Command("set", "Change fields of a user; status=closed ends it") { of, user, changes };
        frame.Ask(set, async (parsed, session, cancellationToken) =>
        {
            var path = Path(parsed.GetValue(of)!);
            var body = FieldArguments.Read(parsed.GetValue(changes)!, await CurrencyAsync(session, path, cancellationToken));
            session.Show(await session.PatchAsync($"{path}/users/{Uri.EscapeDataString(parsed.GetValue(user)!)}", body, cancellationToken), u => Rows.Print([UserRow(u)], UserColumns));
            return ExitCode.Well;
        });
        return new Command("user", "People who send at a customer's cost") { list, add, set };
    }

    private static Command Addresses(CommandFrame frame)
    {
        var list = SubList(frame, "addresses", "List every address and domain that means a customer", AddressColumns, AddressRow);
        var (customer, address) = (Customer(), new Argument<string>("address") { Description = "fax@example.org, or @example.org for a whole domain" });
        var user = new Option<string?>("--user") { Description = "The user that it means" };
        var add = new Command("add", "Add an address or a domain that may send") { customer, address, user };
        frame.Ask(add, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.PostAsync(Path(parsed.GetValue(customer)!, "/addresses"), new { address = parsed.GetValue(address), user = parsed.GetValue(user) },
                cancellationToken), a => Rows.Print([AddressRow(a)], AddressColumns));
            return ExitCode.Well;
        });
        var (of, gone) = (Customer(), new Argument<string>("address"));
        var remove = new Command("remove", "Take a sender address or a domain away") { of, gone };
        frame.Ask(remove, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.DeleteAsync(Path(parsed.GetValue(of)!, "/addresses/" + Uri.EscapeDataString(parsed.GetValue(gone)!)), cancellationToken),
                _ => Console.WriteLine($"{parsed.GetValue(gone)} may not send any more."));
            return ExitCode.Well;
        });
        return new Command("address", "Addresses and domains that may send for a customer") { list, add, remove };
    }

    private static Command Keys(CommandFrame frame)
    {
        var list = SubList(frame, "keys", "List keys and passwords, without the secrets", KeyColumns, KeyRow);
        var (customer, name) = (Customer(), new Argument<string>("name") { Description = "What its owner calls it" });
        var user = new Option<string?>("--user") { Description = "The user that it is for" };
        var scope = new Option<string>("--scope") { Description = "send or operator", DefaultValueFactory = _ => "send" };
        var password = new Option<bool>("--password") { Description = "Keep a password, read from the input, instead of making a key" };
        var add = new Command("add", "Make a key; it is shown this once") { customer, name, user, scope, password };
        frame.Ask(add, async (parsed, session, cancellationToken) =>
        {
            // Never an argument: those stand in the list of processes and in the shell's history.
            var chosen = parsed.GetValue(password) ? await Console.In.ReadLineAsync(cancellationToken) ?? "" : null;
            session.Show(await session.PostAsync(Path(parsed.GetValue(customer)!, "/keys"),
                new { name = parsed.GetValue(name), scope = parsed.GetValue(scope), user = parsed.GetValue(user), password = chosen }, cancellationToken),
                k => Console.WriteLine(k.TryGetProperty("key", out var key) ? key.GetString() : $"The password is kept as number {Rows.Text(k, "id")}."));
            return ExitCode.Well;
        });
        var (of, id) = (Customer(), new Argument<long>("id"));
        var revoke = new Command("revoke", "Revoke a key or a password, at once") { of, id };
        frame.Ask(revoke, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.DeleteAsync(Path(parsed.GetValue(of)!, $"/keys/{parsed.GetValue(id)}"), cancellationToken), _ => Console.WriteLine("It is of no use any more."));
            return ExitCode.Well;
        });
        return new Command("key", "Keys and passwords of a customer") { list, add, revoke };
    }

    private static Command SubList(CommandFrame frame, string noun, string description, string[] columns, Func<JsonElement, IReadOnlyList<string>> row)
    {
        var customer = Customer();
        var command = new Command("list", description) { customer };
        frame.Ask(command, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync(Path(parsed.GetValue(customer)!, "/" + noun), cancellationToken), page => Rows.Print(Rows.Items(page).Select(row), columns));
            return ExitCode.Well;
        });
        return command;
    }

    private static async Task<string> CurrencyAsync(ApiSession session, string path, CancellationToken cancellationToken) =>
        (await session.GetAsync(path, cancellationToken)).GetProperty("customer").GetProperty("currency").GetString()!;

    private static string Query(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static IReadOnlyList<string> ListRow(JsonElement view)
    {
        var customer = view.GetProperty("customer");
        return [Rows.Text(view, "id"), Rows.Text(customer, "email"), Rows.Text(customer, "company"), Rows.Text(customer, "country"), Rows.Text(view, "status"),
            Rows.Text(customer, "billType"), Rows.Text(customer, "currency")];
    }

    private static IReadOnlyList<string> UserRow(JsonElement view)
    {
        var user = view.GetProperty("user");
        return [Rows.Text(view, "id"), Rows.Text(user, "email"), Rows.Text(user, "name"), Rows.Text(user, "status"), Rows.Text(user.GetProperty("limits"), "hourMessages")];
    }

    private static IReadOnlyList<string> AddressRow(JsonElement view) => [.. AddressColumns.Select(c => Rows.Text(view, c))];

    private static IReadOnlyList<string> KeyRow(JsonElement view) => [Rows.Text(view, "id"), Rows.Text(view, "kind"), Rows.Text(view, "scope"), Rows.Text(view, "name"),
        Rows.Text(view, "user"), Rows.Text(view, "createdAt"), Rows.Text(view, "lastUsedAt"), Rows.Text(view, "revokedAt")];

    private static void ShowOne(JsonElement view)
    {
        var rows = new List<IReadOnlyList<string>> { new[] { "id", Rows.Text(view, "id") }, new[] { "status", Rows.Text(view, "status") } };
        if (view.TryGetProperty("statusReason", out _))
            rows.Add(["reason", Rows.Text(view, "statusReason")]);
        foreach (var field in view.GetProperty("customer").EnumerateObject())
        {
            if (field.Name != "limits")
                rows.Add([field.Name, Rows.Text(view.GetProperty("customer"), field.Name)]);
            else
                rows.AddRange(field.Value.EnumerateObject().Select(l => (IReadOnlyList<string>)["limits." + l.Name, Limit(view, field.Value, l.Name)]));
        }
        Rows.Print(rows, "field", "value");
    }

    // No countries are not none: they are the one that the customer is at home in.
    private static string Limit(JsonElement view, JsonElement limits, string name) =>
        name == "countries" && limits.GetProperty(name).GetArrayLength() == 0 ? $"{Rows.Text(view.GetProperty("customer"), "country")}, its own" : Rows.Text(limits, name);
}
