using System.CommandLine;
using System.Globalization;
using Sassnet.Api.Configuration;

namespace Sassnet.Api.Access;

/// <summary><c>keys create</c>, <c>keys list</c> and <c>keys revoke</c>: what the program does in place of serving. A service that runs takes notice by itself.</summary>
internal static class KeysCommand
{
    private const string Verb = "keys";
    private const int Failed = 1;
    private const int LongestName = 100;

    /// <summary>
    /// Whether the arguments are a command, or ask which there are. What the service itself takes are options, which begin with a hyphen or a slash or have a value
    /// behind an equals sign: a word of another form is a command, and one that is misspelled must not start the service.
    /// </summary>
    public static bool IsMeant(string[] arguments) =>
        arguments is ["--help" or "-h" or "-?" or "--version", ..] || (arguments is [[not ('-' or '/'), ..] first, ..] && !first.Contains('=', StringComparison.Ordinal));

    /// <summary>Does what the arguments say; returns the exit code.</summary>
    public static int Run(string[] arguments, TimeProvider clock)
    {
        var root = new RootCommand(
            "Serves segmentation over HTTP; 'keys' says who may call. Without a command it serves, and takes options such as --urls=http://localhost:8080 and "
            + "--Sassnet:Queue:Length=16, which docs/service.md lists.")
        {
            new Command(Verb, "Make, list and revoke API keys.") { Create(clock), List(clock), Revoke(clock) },
        };
        try
        {
            return root.Parse(arguments).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception failure) when (failure is StartException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            Console.Error.WriteLine($"error: {failure.Message}");
            return Failed;
        }
    }

    private static Command Create(TimeProvider clock)
    {
        var name = new Option<string>("--name") { Description = "What the key is for, so that it is known again in the list. Never logged.", Required = true };
        var scopes = new Option<string>("--scopes") { Description = $"What its holder may do, separated by commas: {string.Join(", ", Scope.All)}.", Required = true };
        var expires = new Option<string?>("--expires") { Description = "When it stops working: 2027-01-31, at the beginning of that day, or 2027-01-31T18:30Z; UTC. Never where omitted." };
        var command = new Command("create", "Make a key. It is printed once, to standard output; only a hash of it is stored.") { name, scopes, expires };
        command.SetAction(arguments =>
        {
            var now = clock.GetUtcNow();
            var (key, text) = ApiKey.Make(
                Name(arguments.GetRequiredValue(name)), Scopes(arguments.GetRequiredValue(scopes)), now, Expiry(arguments.GetValue(expires), now));
            var file = ConfiguredFile();
            file.Change(keys => [.. keys, key]);
            Console.Error.WriteLine($"made key {key.Id} in {file.Path}. Keep what follows, it is not shown again; send it as 'Authorization: Bearer KEY'.");
            Console.WriteLine(text);
        });
        return command;
    }

    private static Command List(TimeProvider clock)
    {
        var command = new Command("list", "List the keys; no secret is among it.");
        command.SetAction(_ =>
        {
            var keys = ConfiguredFile().Read();
            Console.WriteLine($"{"ID",-12}  {"STATE",-22}  {"CREATED",-10}  {"SCOPES",-36}  NAME");
            foreach (var key in keys)
                Console.WriteLine($"{key.Id,-12}  {State(key, clock.GetUtcNow()),-22}  {Day(key.Created),-10}  {string.Join(',', key.Scopes),-36}  {key.Name}");
        });
        return command;
    }

    private static Command Revoke(TimeProvider clock)
    {
        var id = new Argument<string>("ID") { Description = "The key's id, as 'keys list' shows it." };
        var command = new Command("revoke", "Revoke a key, for good.") { id };
        command.SetAction(arguments =>
        {
            var wanted = arguments.GetRequiredValue(id);
            var file = ConfiguredFile();
            file.Change(keys => keys.All(key => key.Id != wanted)
                ? throw new StartException($"There is no key '{wanted}' in {file.Path}; 'keys list' shows those that are there. An id has 12 hexadecimal digits.")
                : [.. keys.Select(key => key.Id == wanted ? key with { Revoked = key.Revoked ?? clock.GetUtcNow() } : key)]);
            Console.Error.WriteLine($"key {wanted} is revoked");
        });
        return command;
    }

    // Found as the service finds it.
    private static KeyFile ConfiguredFile()
    {
        var configuration = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }).Configuration;
        var options = configuration.GetSection("Sassnet:Access").Get<AccessOptions>(binder => binder.ErrorOnUnknownConfiguration = true);
        var path = options?.KeyFile ?? AccessOptions.DefaultKeyFile;
        return path.Length > 0 ? new KeyFile(path) : throw new StartException("Sassnet:Access:KeyFile is empty; accepted: a file.");
    }

    private static string Name(string text) => text.Length is > 0 and <= LongestName && !text.Any(char.IsControl)
        ? text
        : throw new StartException($"--name is empty, longer than {LongestName} characters, or has characters that cannot be shown.");

    private static List<string> Scopes(string text)
    {
        var scopes = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToList();
        if (scopes.Count == 0 || scopes.FirstOrDefault(scope => !Scope.All.Contains(scope)) is not null)
            throw new StartException($"--scopes is '{text}'; accepted: one or more of {string.Join(", ", Scope.All)}, separated by commas.");
        return scopes;
    }

    private static DateTimeOffset? Expiry(string? text, DateTimeOffset now)
    {
        if (text is null)
            return null;
        string[] forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'"];
        if (!DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires))
            throw new StartException($"--expires is '{text}'; accepted: a day such as 2027-01-31, or a time such as 2027-01-31T18:30Z.");
        return expires > now ? expires : throw new StartException($"--expires is '{text}', which is past.");
    }

    private static string State(ApiKey key, DateTimeOffset now) =>
        key.Revoked is { } revoked ? $"revoked {Day(revoked)}"
        : key.Expires is not { } expires ? "works"
        : now >= expires ? $"expired {Day(expires)}"
        : $"works until {Day(expires)}";

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
