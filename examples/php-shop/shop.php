<?php
// A shop in PHP, without a dependency: sells one notebook, and ships it once.
//   DEMO=path/to/demo.json php -S localhost:4241 shop.php
declare(strict_types=1);

// In production these stand in the environment one by one; the demo writes them into one file.
$config = json_decode(file_get_contents(getenv('DEMO')), true, flags: JSON_THROW_ON_ERROR);
$shipped = dirname(getenv('DEMO')) . '/shipped';

function florin(string $method, string $route, ?array $body = null): array
{
    global $config;
    $answer = file_get_contents($config['merchant_url'] . $route, context: stream_context_create(['http' => [
        'method' => $method,
        'header' => "Authorization: Bearer {$config['shop_key']}\r\nContent-Type: application/json",
        'content' => $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR),
        'timeout' => 30,
        'follow_location' => 0,
    ]]));
    if ($answer === false) {
        throw new RuntimeException("$method $route failed");
    }
    return json_decode($answer, true, flags: JSON_THROW_ON_ERROR);
}

/** Standard Webhooks: HMAC-SHA256 over id, time and the exact body; not older than five minutes. */
function is_genuine(string $body): bool
{
    global $config;
    $time = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if (!preg_match('/^[0-9]{1,12}$/D', $time) || abs(time() - (int) $time) > 300) {
        return false;
    }
    $key = base64_decode(substr($config['shop_webhook_secret'], strlen('whsec_')));
    $signed = ($_SERVER['HTTP_WEBHOOK_ID'] ?? '') . ".$time.$body";
    $ours = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $theirs) {
        if (hash_equals($ours, $theirs)) {
            return true;
        }
    }
    return false;
}

/** Ships a paid order once, however often the event comes: the file can be made only once. */
function take(array $event): void
{
    global $shipped;
    is_dir($shipped) || @mkdir($shipped);
    if ($event['type'] === 'order.paid' && ($file = @fopen("$shipped/{$event['data']['order']['id']}", 'x'))) {
        fwrite($file, $event['id']);
    }
}

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$route = "{$_SERVER['REQUEST_METHOD']} $path";
if ($route === 'GET /') {
    // The price is decided here, never by a browser.
    $order = florin('POST', '/v1/orders', ['amount' => 4200, 'currency' => 'EUR', 'result_url' => $config['shop_url'] . '/thanks']);
    echo <<<HTML
        <!doctype html><title>Shop</title><h1>A notebook, €42.00</h1>
        <florin-checkout session="{$order['checkout']['session']}"></florin-checkout>
        <script src="{$config['frame_url']}/v1/florin.js" crossorigin></script>
        <script>document.querySelector('florin-checkout').addEventListener('outcome', ({ detail }) => {
          if (detail.ok) location.assign('/thanks?order=' + detail.order.id);
        });</script>
        HTML;
} elseif ($route === 'GET /thanks') {
    // What became of it: read from the server, not believed from the address.
    $order = florin('GET', '/v1/orders/' . rawurlencode((string) ($_GET['order'] ?? '')));
    echo '<!doctype html><title>Shop</title><h1>', $order['status'] === 'paid' ? 'Thank you' : 'Not paid yet', '</h1>';
} elseif ($route === 'POST ' . parse_url($config['shop_webhook_url'], PHP_URL_PATH)) {
    $body = file_get_contents('php://input');
    if (is_genuine($body)) {
        take(json_decode($body, true, flags: JSON_THROW_ON_ERROR));
        http_response_code(204);
    } else {
        http_response_code(401);
    }
} else {
    http_response_code(404);
}
