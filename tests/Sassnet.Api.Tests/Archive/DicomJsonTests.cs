using System.Text;
using System.Text.Json;
using Sassnet.Api.Archive;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>What archives answer with that is no sound JSON. The bytes were found by a search (<c>scripts/fuzz json</c>).</summary>
public sealed class DicomJsonTests
{
    private const string Description = "0008103E";

    [Theory]
    [InlineData("""{"0008103E": {"vr": "LO", "Value": ["\ud800"]}}""")]
    [InlineData("""{"\udc00": {"vr": "LO", "Value": ["LGE"]}}""")]
    [InlineData("""{"0008103E": {"vr": "LO", "Value": ["LGE"]}""")]
    public async Task Half_a_surrogate_pair_is_no_text_and_no_answer(string json) => Assert.Null(await ReadAsync(Encoding.ASCII.GetBytes(json)));

    [Fact]
    public async Task Text_in_Latin_1_costs_no_more_than_the_letters_that_cannot_be_read()
    {
        var answer = await ReadAsync(Encoding.Latin1.GetBytes("""{"0008103E": {"vr": "LO", "Value": ["Vorhöfe LGE"]}}"""));

        Assert.Equal("Vorh\uFFFDfe LGE", answer!.Value.Text(Description));
    }

    [Fact]
    public async Task A_connection_that_is_reset_within_an_answer_is_the_connections_fault()
    {
        using var response = new HttpResponseMessage { Content = new StreamContent(new ResetStream()) };

        var broken = await Assert.ThrowsAsync<HttpIOException>(() => DicomJson.TryReadAsync(response, TestContext.Current.CancellationToken));

        Assert.Equal(HttpRequestError.ResponseEnded, broken.HttpRequestError);
    }

    private static async Task<JsonElement?> ReadAsync(byte[] bytes)
    {
        using var response = new HttpResponseMessage { Content = new ByteArrayContent(bytes) };
        return await DicomJson.TryReadAsync(response, TestContext.Current.CancellationToken);
    }

    /// <summary>As the stream of a connection whose other end sends a reset after a few bytes.</summary>
    private sealed class ResetStream : MemoryStream
    {
        public ResetStream()
            : base("[{\"0020000E\":"u8.ToArray())
        {
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is var count && count > 0 ? count : throw new IOException("Connection reset by peer");
    }
}
