using System.Net;
using System.Text.RegularExpressions;
using Sassnet.Api.Access;
using Xunit;

namespace Sassnet.Api.Tests.Access;

/// <summary><c>keys</c> as whoever runs the service types it.</summary>
public sealed class KeysCommandTests(LockedService locked) : IClassFixture<LockedService>
{
    [Fact]
    public async Task A_key_is_made_printed_once_listed_without_its_secret_used_and_revoked()
    {
        var (exit, output, error) = await RunAsync("create", "--name", "reading room 3", "--scopes", "models,metrics", "--expires", "2099-01-31");
        Assert.Equal(0, exit);
        var key = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches("^sassnet_[0-9a-f]{12}_[0-9a-f]{64}$", key);
        Assert.DoesNotContain(key, error, StringComparison.Ordinal);
        var id = ApiKey.IdIn(key)!;
        var list = (await RunAsync("list")).Output;
        Assert.Matches($"(?m)^{id}  works until 2099-01-31 .* models,metrics +reading room 3$", list);
        Assert.DoesNotContain(key[^64..], list, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(key));

        Assert.Equal(0, (await RunAsync("revoke", id)).Exit);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(key));
        Assert.Matches(new Regex($"(?m)^{id}  revoked 2"), (await RunAsync("list")).Output);
    }

    [Theory]
    [InlineData("'segmen,models'; accepted: one or more of segment, jobs, models, metrics, archive", "create", "--name", "x", "--scopes", "segmen,models")]
    [InlineData("'next year'; accepted: a day such as", "create", "--name", "x", "--scopes", "models", "--expires", "next year")]
    [InlineData("which is past", "create", "--name", "x", "--scopes", "models", "--expires", "2020-01-01")]
    [InlineData("--name is empty", "create", "--name", "", "--scopes", "models")]
    [InlineData("There is no key '0123'", "revoke", "0123")]
    [InlineData("--scopes", "create", "--name", "x")]
    public async Task What_is_wrong_is_said_and_changes_nothing(string said, params string[] arguments)
    {
        var before = locked.File.Read().Count;
        var (exit, _, error) = await RunAsync(arguments);
        Assert.Equal(1, exit);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Equal(before, locked.File.Read().Count);
    }

    [Fact]
    public async Task A_key_file_without_a_name_is_refused()
    {
        var (exit, _, error) = await ServiceCommand.RunAsync(["keys", "list"], ("Sassnet__Access__KeyFile", ""));
        Assert.Equal(1, exit);
        Assert.Contains("Sassnet:Access:KeyFile is empty; accepted: a file.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-?")]
    public async Task Who_asks_the_program_for_help_gets_it_in_place_of_a_service(string argument)
    {
        var (exit, output, _) = await ServiceCommand.RunAsync([argument]);
        Assert.Equal(0, exit);
        foreach (var said in (string[])["keys", "--urls=", "docs/service.md"])
            Assert.Contains(said, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key", "create", "--name", "x", "--scopes", "models")]
    [InlineData("serve")]
    public async Task A_misspelled_command_starts_no_service(params string[] arguments)
    {
        var (exit, _, error) = await ServiceCommand.RunAsync(arguments);
        Assert.Equal(1, exit);
        Assert.Contains($"'{arguments[0]}'", error, StringComparison.Ordinal);
    }

    private Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments) =>
        ServiceCommand.RunAsync(["keys", .. arguments], ("Sassnet__Access__KeyFile", locked.File.Path));

    private async Task<HttpStatusCode> StatusAsync(string key)
    {
        using var response = await locked.GetAsync("/models", key);
        return response.StatusCode;
    }
}
