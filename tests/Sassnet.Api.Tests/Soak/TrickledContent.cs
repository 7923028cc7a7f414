using System.Net;

namespace Sassnet.Api.Tests.Soak;

/// <summary>A body that takes its time, and may stop in the middle.</summary>
internal sealed class TrickledContent(byte[] bytes, TimeSpan time, double share = 1) : HttpContent
{
    private const int Pieces = 20;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var piece = 0; piece < Pieces; piece++)
        {
            if (piece >= share * Pieces)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            var (from, to) = ((int)((long)bytes.Length * piece / Pieces), (int)((long)bytes.Length * (piece + 1) / Pieces));
            await stream.WriteAsync(bytes.AsMemory(from, to - from), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(time / Pieces, cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
