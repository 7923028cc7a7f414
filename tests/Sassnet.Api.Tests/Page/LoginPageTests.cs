using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>The page behind an OpenID Connect issuer, below a path.</summary>
[Collection(PageService.Name)]
public sealed class LoginPageTests(PageService browser, LoginPageTests.Issued issued) : IClassFixture<LoginPageTests.Issued>
{
    private OidcLogin Login => issued.Issuer.Login;

    [Fact]
    public async Task Who_logs_in_at_the_issuer_works_and_signs_out_and_only_the_tab_knows_of_it()
    {
        await using var open = await OpenAsync();
        var page = open.Page;
        var elsewhere = new List<string>();
        page.Request += (_, request) =>
        {
            string[] own = [Login.Page.ToString(), $"{issued.Issuer.Address}/", "data:", "blob:"];
            if (!own.Any(start => request.Url.StartsWith(start, StringComparison.Ordinal)))
                elsewhere.Add(request.Url);
        };
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
        await Expect(page.Locator("#by-key")).ToBeHiddenAsync();
        Assert.Empty((await page.RunAxe()).Violations.Select(violation => violation.Id));
        await LogInAsync(page);
        Assert.Equal("openid segment jobs", Login.Asked.Last());
        Assert.Equal(Login.Page.ToString(), page.Url);

        await page.ClickAsync("#pick-sample");
        var id = await open.SegmentAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#files-list button[data-output=segmentation]"));
        Assert.Equal("segmentation.nii.gz", download.SuggestedFilename);
        await page.ReloadAsync();
        Assert.Equal(id, await open.ShownAsync());
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length + document.cookie.length"));

        await page.ClickAsync("#forget");
        await Expect(page.Locator("#locked")).ToBeVisibleAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("sessionStorage.length"));
        Assert.StartsWith("eyJ", Login.SignedOut.Last(), StringComparison.Ordinal);
        Assert.Empty(elsewhere);
    }

    [Fact]
    public async Task A_login_that_has_ended_is_said_and_the_next_leads_back_to_the_job()
    {
        Login.GivesRefreshTokens = false;
        await using var open = await OpenAsync();
        var page = open.Page;
        await LogInAsync(page);
        await page.ClickAsync("#pick-sample");
        var id = await open.SegmentAsync();
        await LetEndAsync(page);
        await page.ReloadAsync();
        await Expect(page.Locator("#problem")).ToContainTextAsync("Your login has ended");
        await Expect(page.Locator("#forget")).ToBeHiddenAsync();
        await LogInAsync(page);
        Assert.Equal(id, await open.ShownAsync());
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task A_token_that_ends_is_renewed_once_for_all_that_waits_for_it_and_nobody_notices()
    {
        Login.GivesRefreshTokens = true;
        await using var open = await OpenAsync();
        var page = open.Page;
        await LogInAsync(page);
        await page.ClickAsync("#pick-sample");
        var id = await open.SegmentAsync();
        var before = Login.Renewals;
        await LetEndAsync(page);
        await page.ReloadAsync();
        Assert.Equal(id, await open.ShownAsync());
        Assert.Equal(before + 1, Login.Renewals);
        await Expect(page.Locator("#locked")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_login_that_comes_to_nothing_is_said_and_may_be_tried_again()
    {
        await using var open = await OpenAsync();
        var page = open.Page;
        await page.ClickAsync("#sign-in");
        await page.ClickAsync("#refuse");
        await Expect(page.Locator("#problem")).ToContainTextAsync("The login did not come to its end: Jane said no.");
        Assert.Equal(Login.Page.ToString(), page.Url);
        await Expect(page.Locator("#locked")).ToBeVisibleAsync();

        // An answer to what this tab did not ask: another's code is not taken.
        await page.GotoAsync($"{Login.Page}?code=stolen&state=none");
        await Expect(page.Locator("#problem")).ToContainTextAsync("You are not signed in");
        Assert.Equal(Login.Page.ToString(), page.Url);

        await page.RouteAsync($"{issued.Issuer.Address}/.well-known/**", route => route.AbortAsync());
        await page.ReloadAsync();
        await page.ClickAsync("#sign-in");
        await Expect(page.Locator("#problem")).ToContainTextAsync("The login page cannot be reached");
        await Expect(page.Locator("#problem")).ToContainTextAsync(issued.Issuer.Address);
        await page.UnrouteAllAsync();
        await LogInAsync(page);
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task Who_is_granted_too_little_reads_what_is_missing_and_may_sign_out()
    {
        Login.Granted = "openid";
        try
        {
            await using var open = await OpenAsync();
            var page = open.Page;
            await page.ClickAsync("#sign-in");
            await page.ClickAsync("#accept");
            await Expect(page.Locator("#problem")).ToContainTextAsync("'segment'");
            await page.ClickAsync("#forget");
            await Expect(page.Locator("#sign-in")).ToBeVisibleAsync();
        }
        finally
        {
            Login.Granted = null;
        }
    }

    [Fact]
    public async Task Where_there_are_keys_too_either_opens_the_page()
    {
        await using var locked = await LockedService.StartAsync(issued.Settings);
        await using var open = await browser.Chromium.OpenAsync(new Uri(locked.Service.Address, Issued.Path));
        var page = open.Page;
        await Expect(page.Locator("#sign-in")).ToBeVisibleAsync();
        Assert.Empty((await page.RunAxe()).Violations.Select(violation => violation.Id));
        await page.FillAsync("#key", locked.Key("segment jobs"));
        await page.ClickAsync("#key-form button");
        await Expect(page.Locator("#locked")).ToBeHiddenAsync();
        await Expect(page.Locator("#forget")).ToHaveTextAsync("Forget key");
    }

    private async Task<OpenPage> OpenAsync()
    {
        var open = await browser.Chromium.OpenAsync(Login.Page);
        await Expect(open.Page.Locator("#sign-in")).ToBeVisibleAsync();
        return open;
    }

    private static async Task LogInAsync(IPage page)
    {
        await page.ClickAsync("#sign-in");
        await page.ClickAsync("#accept");
        await Expect(page.Locator("#forget")).ToHaveTextAsync("Sign out");
        await Expect(page.Locator("#locked")).ToBeHiddenAsync();
    }

    /// <summary>Puts a token that has ended in the place of the tab's, as if time had gone by.</summary>
    private async Task LetEndAsync(IPage page) => await page.EvaluateAsync(
        "token => { const name = Object.keys(sessionStorage).find((each) => each.startsWith('oidc.user:')); "
        + "sessionStorage.setItem(name, JSON.stringify({ ...JSON.parse(sessionStorage.getItem(name)), access_token: token, expires_at: 1 })) }",
        issued.Issuer.Token(token => token.Expires = DateTime.UtcNow.AddMinutes(-5)));

    /// <summary>An issuer, and a service below a path that knows it and no keys.</summary>
    public sealed class Issued : IAsyncLifetime
    {
        public const string Path = "/hospital/sassnet/";

        public OidcIssuer Issuer { get; private set; } = null!;

        public (string Key, string Value)[] Settings =>
        [
            ("Sassnet:Oidc:Authority", Issuer.Address), ("Sassnet:Oidc:Audience", OidcIssuer.Audience), ("Sassnet:Oidc:ClientId", OidcLogin.Client),
            ("Sassnet:Server:PathBase", Path.TrimEnd('/')),
        ];

        private TestService Service { get; set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Issuer = await OidcIssuer.StartAsync();
            Service = await TestService.StartAsync(Settings);
            Issuer.Login.Page = new Uri(Service.Address, Path);
        }

        public async ValueTask DisposeAsync()
        {
            await Service.DisposeAsync();
            await Issuer.DisposeAsync();
        }
    }
}
